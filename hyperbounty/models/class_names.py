"""What the classes of a model are called, and which class somebody means by a name.

Names are the creator's word. Those of the manifest are plain; one that was added later stands in an event of the chain
and may be any text, so it is made harmless here. A class without a name is called by its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.samples import LabelOutOfRange
from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from hyperbounty.models.manifest import ModelManifest

_LONGEST: Final = 60


class LabelError(InvalidInput):
    """A label that names no class, or more than one."""

    error_code = "label"


@dataclass(frozen=True)
class ClassNames:
    """The names of a model's classes.

    Attributes:
        names: of each class, from class 0; empty where it has none.

    >>> names = ClassNames(("ham", "spam", ""))
    >>> names.shown(1), names.shown(2), names.label("spam"), names.label("2"), names.label("#0")
    ('spam', 'class 2', 1, 2, 0)
    """

    names: tuple[str, ...]

    def shown(self, label: int) -> str:
        """How people read class `label`."""
        return (self.names[label] if label < len(self.names) else "") or f"class {label}"

    def numbered(self, label: int) -> str:
        """The same with its number, which is what counts.

        >>> ClassNames(("ham", "")).numbered(0), ClassNames(("ham", "")).numbered(1)
        ('ham (class 0)', 'class 1')
        """
        return f"{self.names[label]} (class {label})" if self.names[label] else f"class {label}"

    def label(self, text: str) -> int:
        """The class that `text` names: `#2` and a name are what they say, `2` is the number where no other class is
        called so.

        Raises:
            LabelError: there is no such class, or it can mean two.
            LabelOutOfRange: a number that is none of a class.
        """
        written = text.strip()
        if written.startswith("#") and written[1:].isdecimal() and written.isascii():
            return self._number(written[1:])
        found = {label for label, name in enumerate(self.names) if name == written and name}
        if written.isdecimal() and written.isascii():
            if not found or int(written[:9]) in found:
                return self._number(written)
            if int(written[:9]) < len(self.names):
                found.add(int(written[:9]))
        if len(found) == 1:
            return found.pop()
        shown = escaped(written, _LONGEST)
        if not found:
            known = ", ".join(f"#{label} {name}".rstrip() for label, name in enumerate(self.names))
            raise LabelError(f"there is no class {shown!r}", f"choose one of these, by name or number: {known}")
        numbers = " or ".join(f"#{label}" for label in sorted(found))
        raise LabelError(f"{shown!r} can be more than one class", f"say which by its number: {numbers}")

    def _number(self, digits: str) -> int:
        number = int(digits[:9])
        if number >= len(self.names):
            raise LabelOutOfRange(number, len(self.names))
        return number


def class_names(classes: int, manifest: ModelManifest | None, added: Sequence[str] = ()) -> ClassNames:
    """The names of a model's classes.

    Args:
        classes: that the model has now.
        manifest: that fits it; None where there is none.
        added: names of classes that its creator added later, in order.

    >>> class_names(3, None, ["new\\u202eeman"]).names
    ('', '', 'new\\\\u202eeman')
    """
    first = ("",) * (classes - len(added)) if manifest is None else manifest.classes
    names = (*first, *(escaped(name.strip(), _LONGEST) for name in added))
    return ClassNames((*names, *[""] * (classes - len(names)))[:classes])
