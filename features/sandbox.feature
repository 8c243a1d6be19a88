Feature: The sandbox keeps what was done, and can be brought back

  @SBX-1 @simulator
  Scenario: Stopped and started again, everything is still there
    Given a sandbox that was started on a new database file
    And the group "Contractors" was added to "Procurement assistant" in it
    When the sandbox is stopped and started again
    Then the group "Contractors" still has access to "Procurement assistant"

  @SBX-2 @simulator @long
  Scenario: Reset brings the demo world back, while the sandbox is running
    Given a sandbox that was started on a new database file
    And the group "Contractors" was added to "Procurement assistant" in it
    When "simulator reset" is run
    Then the group "Contractors" has no access to "Procurement assistant"
    And the running sandbox answers with the same people and addresses as before
