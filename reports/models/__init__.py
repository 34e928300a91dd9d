"""What is stored.  The rows are the truth; files and messages follow from them."""

from reports.models.act import Act
from reports.models.attempt import Attempt
from reports.models.brand import Brand, Logo
from reports.models.burst import Burst, BurstPart, BurstValue
from reports.models.dataset import Dataset, Snapshot
from reports.models.definition import Definition, DefinitionVersion
from reports.models.delivery import Delivery, Unsubscribed
from reports.models.description import Description
from reports.models.export import Export
from reports.models.group import Group, Membership, Role
from reports.models.job import State
from reports.models.pace import HostPace
from reports.models.person import Invitation, Profile
from reports.models.report import Report, Validation
from reports.models.schedule import Schedule, Slot
from reports.models.share_link import ShareLink
from reports.models.source import Connection, Source
from reports.models.step_time import StepTime
from reports.models.worker import Worker

# Every sort of job.
JOBS = (Report, Snapshot, Validation, Export, Description, Logo, Delivery, Burst, BurstPart)

__all__ = [
    "JOBS",
    "Act",
    "Attempt",
    "Brand",
    "Burst",
    "BurstPart",
    "BurstValue",
    "Connection",
    "Dataset",
    "Definition",
    "DefinitionVersion",
    "Delivery",
    "Description",
    "Export",
    "Group",
    "HostPace",
    "Invitation",
    "Logo",
    "Membership",
    "Profile",
    "Report",
    "Role",
    "Schedule",
    "ShareLink",
    "Slot",
    "Snapshot",
    "Source",
    "State",
    "StepTime",
    "Unsubscribed",
    "Validation",
    "Worker",
]
