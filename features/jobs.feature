Feature: Jobs under way
  As a Workato builder
  I see what runs now, and cancel a job that hangs; its caller is told.

  @API-71 @REC-145 @fresh @simulator
  Scenario: A job that hangs is cancelled, and its caller is told
    Given Marc, an admin, is signed in to Workato
    And Ada has connected their Coupa account through "Procurement assistant"
    When this goes wrong:
      | request               | system     | tool                 | delay |
      | GET /api/requisitions | app:acme.coupacloud.com | List_my_requisitions | 60    |
    And Ada's client calls "List_my_requisitions" and waits for a job that takes long
    And Marc goes to Projects > Procurement > List my requisitions > Jobs
    Then Marc sees these rows alone:
      | Job | Cancel     | Tool                 | User      |
      | j-  | Cancel job | List_my_requisitions | Ada Reyes |
    When Marc clicks "Cancel job"
    Then Marc sees "What its steps have done is not undone."
    When Marc clicks "Cancel job"
    Then Marc sees "Stops after its current step"
    When all incidents are over
    Then Ada's call that is under way fails with "The job was cancelled."
    And Ada's call of "List_my_requisitions" succeeds
    When Marc goes to Projects > Procurement > List my requisitions > Jobs
    Then Marc does not see "Running jobs"
    And Marc sees these rows:
      | Status    | Tool                 | User      |
      | Cancelled | List_my_requisitions | Ada Reyes |
