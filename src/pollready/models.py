"""Every package's tables, so that Django finds them under one app."""

from pollready.assessment.explorations.models import Exploration
from pollready.assessment.models import (
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    SignalRecord,
    StationRecord,
)
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.committee.county_reviews.models import (
    CountyReview,
    ReviewItem,
    ReviewPack,
    ReviewSignOff,
)
from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingMember,
    Minutes,
    Signature,
    SignedScan,
    Suggestion,
    View,
)
from pollready.committee.reminders.models import Reminder, ReminderMessage
from pollready.duties.follow_ups.models import (
    FollowUp,
    FollowUpEvent,
    FollowUpFile,
    FollowUpObject,
)
from pollready.duties.models import Duty, DutyProof
from pollready.history.models import Incident
from pollready.intake.boundaries.models import Boundary, BoundaryFile
from pollready.intake.models import RememberedForm, StagedChange, StagedFault, StagedImport
from pollready.jobs.models import Job
from pollready.obstacles.models import CaseEvent, Mention, ObstacleCase
from pollready.people.attempts import SharedCount
from pollready.people.exports.models import ExportRequest
from pollready.people.models import ApiToken, CalendarFeed, Person, SignInLink, User, UserSession
from pollready.people.saved_views.models import SavedView
from pollready.places.models import Agency, ElectionRound, Listing, Place, ServicePoint, Stop
from pollready.planning.allocations.models import (
    AllocationDecision,
    AllocationPlan,
    MeansWorth,
)
from pollready.planning.models import (
    ContingencyPlan,
    DeclaredScenario,
    PlanStep,
    ReadinessDeclaration,
    Scenario,
    ScenarioBinding,
    ScenarioCost,
    ScenarioStation,
)
from pollready.planning.staging.models import KeptStagingPlan
from pollready.register.corrections.models import Evidence, ListDecision, Resolution
from pollready.register.models import (
    Claim,
    Component,
    ComponentGroup,
    GroupMember,
    Requirement,
    ServiceProfile,
    Source,
)
from pollready.reports.kept.models import KeptFile, KeptReport, ReportForm
from pollready.reports.national.models import Package, TrustedKey
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot

__all__ = [
    "Agency",
    "AgendaItem",
    "AllocationDecision",
    "AllocationPlan",
    "ApiToken",
    "AuditBatch",
    "AuditEntry",
    "Boundary",
    "BoundaryFile",
    "CalendarFeed",
    "CaseEvent",
    "CauseRecord",
    "Claim",
    "Component",
    "ComponentGroup",
    "ComponentRecord",
    "ContingencyPlan",
    "CountyReview",
    "Decision",
    "DeclaredScenario",
    "DependenceRecord",
    "Duty",
    "DutyProof",
    "ElectionRound",
    "Evidence",
    "Exploration",
    "ExportRequest",
    "FindingRecord",
    "FollowUp",
    "FollowUpEvent",
    "FollowUpFile",
    "FollowUpObject",
    "GroupMember",
    "Incident",
    "Job",
    "KeptFile",
    "KeptReport",
    "KeptStagingPlan",
    "ListDecision",
    "Listing",
    "LotEntry",
    "LotEvidence",
    "MeansWorth",
    "Meeting",
    "MeetingMember",
    "Mention",
    "Minutes",
    "ObstacleCase",
    "Package",
    "Person",
    "Place",
    "PlanStep",
    "ReadinessDeclaration",
    "RememberedForm",
    "Reminder",
    "ReminderMessage",
    "ReportForm",
    "Requirement",
    "Resolution",
    "ResourceLot",
    "ReviewItem",
    "ReviewPack",
    "ReviewSignOff",
    "SavedAssessment",
    "SavedView",
    "Scenario",
    "ScenarioBinding",
    "ScenarioCost",
    "ScenarioStation",
    "ServicePoint",
    "ServiceProfile",
    "SharedCount",
    "SignInLink",
    "SignalRecord",
    "Signature",
    "SignedScan",
    "Source",
    "StagedChange",
    "StagedFault",
    "StagedImport",
    "StationRecord",
    "Stop",
    "Suggestion",
    "TrustedKey",
    "User",
    "UserSession",
    "View",
]
