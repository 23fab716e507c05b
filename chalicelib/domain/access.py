"""Who calls, and what they may do."""

from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.errors import PermissionDeniedError


class Permission(StrEnum):
    """What a token may allow; accounts and roles map onto these."""

    READ = "read"
    WRITE = "write"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a request: the user, the project they work in, and their permissions."""

    user_id: str
    project: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    def require(self, permission: Permission) -> None:
        """Raises PermissionDeniedError unless the caller has `permission`."""
        if permission not in self.permissions:
            raise PermissionDeniedError(
                f"this needs the permission '{permission}', and the token grants "
                f"{sorted(self.permissions) or 'none'}; ask for a token with it"
            )
