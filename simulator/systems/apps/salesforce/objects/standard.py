"""The standard objects that stand here, with the fields that recipes and clients use most.

Salesforce, "Object Reference for the Salesforce Platform"; which fields are left out is our choice.
"""

from dataclasses import dataclass

from simulator.systems.apps.salesforce.objects.fields import Field, read_fields

#: What every object has.
SYSTEM = read_fields(
    """
    Id: id readonly | Record ID
    IsDeleted: boolean readonly | Deleted
    OwnerId: reference >User | Owner ID
    CreatedDate: datetime readonly | Created Date
    CreatedById: reference readonly >User | Created By ID
    LastModifiedDate: datetime readonly | Last Modified Date
    LastModifiedById: reference readonly >User | Last Modified By ID
    SystemModstamp: datetime readonly | System Modstamp
    """
)
_INDUSTRIES = (
    "Agriculture; Banking; Education; Energy; Finance; Manufacturing; Retail; "
    "Technology; Transportation; Other"
)
_LEAD_STATUSES = (
    "Open - Not Contacted; Working - Contacted; Closed - Converted; Closed - Not Converted"
)
_STAGES = (
    "Prospecting; Qualification; Needs Analysis; Value Proposition; Id. Decision "
    "Makers; Perception Analysis; Proposal/Price Quote; Negotiation/Review; Closed "
    "Won; Closed Lost"
)
_DEALS = "Existing Customer - Upgrade; Existing Customer - Replacement; New Customer"
_REASONS = "Installation; Equipment Complexity; Performance; Breakdown; Other"
_TASK_STATUSES = "Not Started; In Progress; Completed; Waiting on someone else; Deferred"
_ADDRESS = """
    {0}Street: textarea 255
    {0}City: string 40
    {0}State: string 80
    {0}PostalCode: string 20
    {0}Country: string 80
"""


@dataclass(frozen=True, kw_only=True)
class StandardObject:
    """An object that every org has.

    Attributes:
        label: the label of one record, as people read it.
        plural: of several.
        prefix: what ids of its records begin with.
        fields: its own; those of `SYSTEM` are beside.
        name_field: which of its fields names a record for people.
        has_owner: whether its records have owners.
    """

    label: str
    plural: str
    prefix: str
    fields: tuple[Field, ...]
    name_field: str = "Name"
    has_owner: bool = True


STANDARD = {
    "Account": StandardObject(
        label="Account",
        plural="Accounts",
        prefix="001",
        fields=read_fields(
            f"""
            Name: string required | Account Name
            ParentId: reference >Account.ChildAccounts | Parent Account ID
            AccountNumber: string 40
            Type: picklist = Prospect; Customer - Direct; Customer - Channel; Partner; Other
            Industry: picklist = {_INDUSTRIES}
            Rating: picklist = Hot; Warm; Cold
            Phone: phone
            Fax: phone
            Website: url
            AnnualRevenue: currency
            NumberOfEmployees: int | Employees
            Description: textarea 32000 | Account Description
            AccountSource: picklist = Web; Phone Inquiry; Partner Referral; Other
            {_ADDRESS.format("Billing").strip()}
            {_ADDRESS.format("Shipping").strip()}
            """
        ),
    ),
    "Contact": StandardObject(
        label="Contact",
        plural="Contacts",
        prefix="003",
        fields=read_fields(
            f"""
            AccountId: reference >Account.Contacts | Account ID
            LastName: string 80 required
            FirstName: string 40
            Salutation: picklist = Mr.; Ms.; Mrs.; Dr.; Prof.
            Name: string 121 readonly | Full Name
            Title: string 128
            Department: string 80
            Email: email lookup
            Phone: phone | Business Phone
            MobilePhone: phone | Mobile Phone
            HomePhone: phone
            Fax: phone | Business Fax
            Birthdate: date
            LeadSource: picklist = Web; Phone Inquiry; Partner Referral; Purchased List; Other
            Description: textarea 32000 | Contact Description
            ReportsToId: reference >Contact | Reports To ID
            {_ADDRESS.format("Mailing").strip()}
            """
        ),
    ),
    "Lead": StandardObject(
        label="Lead",
        plural="Leads",
        prefix="00Q",
        fields=read_fields(
            f"""
            LastName: string 80 required
            FirstName: string 40
            Salutation: picklist = Mr.; Ms.; Mrs.; Dr.; Prof.
            Name: string 121 readonly | Full Name
            Company: string 255 required
            Title: string 128
            Email: email lookup
            Phone: phone
            MobilePhone: phone
            Website: url
            Street: textarea 255
            City: string 40
            State: string 80
            PostalCode: string 20
            Country: string 80
            Status: picklist required first = {_LEAD_STATUSES}
            LeadSource: picklist = Web; Phone Inquiry; Partner Referral; Purchased List; Other
            Industry: picklist = {_INDUSTRIES}
            Rating: picklist = Hot; Warm; Cold
            AnnualRevenue: currency
            NumberOfEmployees: int | Employees
            Description: textarea 32000
            IsConverted: boolean readonly | Converted
            """
        ),
    ),
    "Opportunity": StandardObject(
        label="Opportunity",
        plural="Opportunities",
        prefix="006",
        fields=read_fields(
            f"""
            Name: string 120 required
            AccountId: reference >Account.Opportunities | Account ID
            ContactId: reference >Contact createonly | Contact ID
            StageName: picklist required = {_STAGES}
            CloseDate: date required
            Amount: currency
            Probability: percent | Probability (%)
            Type: picklist = {_DEALS}
            NextStep: string 255
            LeadSource: picklist = Web; Phone Inquiry; Partner Referral; Purchased List; Other
            Description: textarea 32000
            IsClosed: boolean readonly | Closed
            IsWon: boolean readonly | Won
            """
        ),
    ),
    "Case": StandardObject(
        label="Case",
        plural="Cases",
        prefix="500",
        name_field="CaseNumber",
        fields=read_fields(
            f"""
            CaseNumber: string 30 readonly | Case Number
            ContactId: reference >Contact.Cases | Contact ID
            AccountId: reference >Account.Cases | Account ID
            ParentId: reference >Case.Cases | Parent Case ID
            Subject: string 255
            Description: textarea 32000
            Status: picklist first = New; Working; Escalated; Closed
            Priority: picklist first = Medium; High; Low
            Origin: picklist = Phone; Email; Web | Case Origin
            Type: picklist = Mechanical; Electrical; Electronic; Structural; Other | Case Type
            Reason: picklist = {_REASONS} | Case Reason
            SuppliedName: string 80 | Web Name
            SuppliedEmail: email | Web Email
            Comments: textarea 4000 | Internal Comments
            IsEscalated: boolean false | Escalated
            IsClosed: boolean readonly | Closed
            ClosedDate: datetime readonly | Closed Date
            ContactEmail: email readonly | Contact Email
            ContactPhone: phone readonly | Contact Phone
            ContactMobile: phone readonly | Contact Mobile
            """
        ),
    ),
    "Task": StandardObject(
        label="Task",
        plural="Tasks",
        prefix="00T",
        name_field="Subject",
        fields=read_fields(
            f"""
            Subject: string 255
            WhoId: reference >Contact,Lead | Name ID
            WhatId: reference >Account,Opportunity,Case | Related To ID
            ActivityDate: date | Due Date Only
            Status: picklist required first = {_TASK_STATUSES}
            Priority: picklist required first = Normal; High; Low
            Description: textarea 32000
            IsClosed: boolean readonly | Closed
            """
        ),
    ),
    "User": StandardObject(
        label="User",
        plural="Users",
        prefix="005",
        has_owner=False,
        fields=read_fields(
            """
            Username: string 80 readonly unique lookup
            LastName: string 80 readonly
            FirstName: string 40 readonly
            Name: string 121 readonly | Full Name
            Email: email readonly
            IsActive: boolean readonly | Active
            UserType: picklist readonly = Standard
            """
        ),
    ),
}
