"""What a forest plot has to show, whatever kind of result it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from metasyn.errors import SpecError
from metasyn.figures.forest.options import ForestOptions
from metasyn.figures.forest.studies import study_rows, with_arms
from metasyn.figures.scales import scale_of
from metasyn.models.groups import Groups, Line, StudyRow
from metasyn.models.random_effects.subgroups import Subgroups
from metasyn.models.results import NotPooled, Pooled
from metasyn.models.specs import Spec
from metasyn.records import Codes

__all__ = ["Content", "Section", "Shown", "content_of", "fields_of", "measure_of_lines"]

Outcome = Pooled | NotPooled


@dataclass(frozen=True, slots=True)
class Shown:
    """A study with what the plot may say of it.

    Parameters
    ----------
    row
        Estimate, interval, weight.
    fields
        Its row of the effects' data.
    shares
        Name of a further model to the study's weight in it.
    """

    row: StudyRow
    fields: Mapping[str, object] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A pooled line with its studies.

    Parameters
    ----------
    line
        Code, label, studies and result.
    shown
        The studies in the order of the plot.
    role
        Alone or one of several lines; a subgroup; all subgroups together; steps that leave one
        study out, or add one.
    others
        What further models made of the line, by their names.
    counted
        Studies behind the pooled row, where they are not those shown.
    test
        Subgroups whose difference was tested.
    """

    line: Line
    shown: tuple[Shown, ...]
    role: Literal["line", "subgroup", "overall", "left-out", "added"] = "line"
    others: tuple[tuple[str, Outcome], ...] = ()
    counted: tuple[StudyRow, ...] | None = None
    test: Subgroups | None = None

    @property
    def rows(self) -> tuple[StudyRow, ...]:
        """Studies behind the pooled row."""
        return self.line.studies if self.counted is None else self.counted


@dataclass(frozen=True, slots=True)
class Content:
    """Everything to be shown.

    Parameters
    ----------
    sections
        From top to bottom.
    spec
        The model.
    codes
        Code lists of the registry.
    outcome
        What the values are; empty where it is not known.
    study
        Header of the first column; the style's own where None.
    sentences
        To be said under the plot.
    ordered
        The order of the studies in words; empty where they stand as they were given.
    key
        Field of the studies that orders a cumulative analysis; empty elsewhere.
    """

    sections: tuple[Section, ...]
    spec: Spec
    codes: Codes = field(default_factory=dict)
    outcome: str = ""
    study: str | None = None
    sentences: tuple[str, ...] = ()
    ordered: str = ""
    key: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The pooled lines."""
        return tuple(section.line for section in self.sections)

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Every study."""
        return tuple(one for section in self.sections for one in section.shown)


def content_of(results: Groups | Subgroups | Pooled, options: ForestOptions) -> Content:
    """Content of pooled results, with what further models say of them.

    Raises
    ------
    SpecError
        If a further model is of another kind of result or on another scale.
    """
    for name, other in options.models.items():
        if _kind(other) is not _kind(results):
            raise SpecError(
                f"Model {name!r} is {type(other).__name__}, the figure {type(results).__name__}; "
                "give what each model made of the same lines."
            )
    match results:
        case Groups():
            content = _of_groups(results)
        case Subgroups():
            content = _of_subgroups(results)
        case _:
            rows = study_rows(results)
            line = Line("", "", rows, results, ())
            content = Content((Section(line, _shown(rows, results)),), results.spec)
    return _with_models(content, options.models)


def _kind(result: Groups | Subgroups | Pooled) -> type:
    return next(kind for kind in (Groups, Subgroups, Pooled) if isinstance(result, kind))


def _of_groups(groups: Groups) -> Content:
    codes, records = groups.records.codes, groups.records
    known = codes.get("outcome")
    outcomes = records.query.get("outcome", ())
    controls = [line for line in groups.lines if line.is_control]
    lines = (
        replace(line, studies=with_arms(line.studies, line.result.data, records))
        for line in groups.lines
        if line not in controls
    )
    names = ", ".join(line.label for line in controls)
    return Content(
        tuple(Section(line, _shown(line.studies, line.result)) for line in lines),
        groups.spec,
        codes,
        " or ".join(known.label(code) if known else code for code in outcomes),
        sentences=(f"{names}: shown as the control of other lines.",) if controls else (),
        ordered="by design, then year, then name",
    )


def _of_subgroups(found: Subgroups) -> Content:
    """A section a subgroup, its studies with their weight among all, and one for all."""
    rows = study_rows(found.overall)
    data = found.overall.data
    numbers = fields_of(found.overall)
    waiting: dict[object, list[int]] = {}
    for position, key in enumerate(_identities(data)):
        waiting.setdefault(key, []).append(position)
    sections = []
    for group, result in found.groups.items():
        places = [waiting[key].pop(0) for key in _identities(result.data)]
        studies = tuple(rows[i] for i in places)
        shown = tuple(Shown(rows[i], numbers[i]) for i in places)
        sections.append(Section(Line(group, group, studies, result, ()), shown, "subgroup"))
    everything = Line("", "", (), found.overall, ())
    overall = Section(everything, (), "overall", counted=rows, test=found)
    said = tuple(note.message for note in found.notes)
    return Content((*sections, overall), found.overall.spec, sentences=said)


def _identities(data: object) -> list[object]:
    """What tells studies of effects apart: label, estimate and variance."""
    slab, yi, vi = (getattr(data, name) for name in ("slab", "yi", "vi"))
    return list(zip(slab, yi.tolist(), vi.tolist(), strict=True))


def _shown(rows: tuple[StudyRow, ...], result: Outcome) -> tuple[Shown, ...]:
    found = fields_of(result)
    if len(found) != len(rows):
        return tuple(map(Shown, rows))
    return tuple(map(Shown, rows, found))


def fields_of(result: Outcome) -> tuple[Mapping[str, object], ...]:
    """The row of the effects' data behind every study; empty mappings where there is none."""
    data = getattr(result.data, "data", None)
    if data is None:
        return (MappingProxyType({}),) * len(result.data)
    return tuple(
        MappingProxyType({str(name): value for name, value in row.items()})
        for row in data.to_dict("records")
    )


def _with_models(content: Content, models: Mapping[str, Groups | Subgroups | Pooled]) -> Content:
    """The content with what each further model says of every study and line."""
    if not models:
        return content
    named = dict(zip(map(id, content.shown), _named(s.row for s in content.shown), strict=True))
    shares = {name: _shares(model) for name, model in models.items()}

    def weighed(one: Shown) -> Shown:
        key = named[id(one)]
        return replace(one, shares={n: share[key] for n, share in shares.items() if key in share})

    def told(section: Section) -> Section:
        found = ((name, _other(model, section)) for name, model in models.items())
        others = tuple((name, other) for name, other in found if other is not None)
        return replace(section, shown=tuple(map(weighed, section.shown)), others=others)

    return replace(content, sections=tuple(map(told, content.sections)))


def _other(model: Groups | Subgroups | Pooled, section: Section) -> Outcome | None:
    """What a further model made of a section."""
    match model:
        case Groups():
            return model.get(section.line.code)
        case Subgroups():
            whole = section.role == "overall"
            return model.overall if whole else model.groups.get(section.line.code)
    return model


def _named(rows: Iterable[StudyRow]) -> list[object]:
    """Identity of studies: the result's id, or the label and how often it came before."""
    times: dict[str, int] = {}
    keys: list[object] = []
    for row in rows:
        if row.record is not None:
            keys.append(row.record.result_id)
            continue
        times[row.label] = times.get(row.label, 0) + 1
        keys.append((row.label, times[row.label]))
    return keys


def _shares(model: Groups | Subgroups | Pooled) -> dict[object, float]:
    """Identity of a study to its weight in a model."""
    match model:
        case Groups():
            rows = tuple(row for line in model.lines for row in line.studies)
        case Subgroups():
            rows = study_rows(model.overall)
        case _:
            rows = study_rows(model)
    named = zip(_named(rows), rows, strict=True)
    return {key: row.weight for key, row in named if row.weight is not None}


def measure_of_lines(content: Content) -> str:
    """Measure of what is shown; proportions where nothing tells it.

    Raises
    ------
    SpecError
        If the lines or their further models are on different scales.
    """
    found = [line.result for line in content.lines]
    found += [other for section in content.sections for _, other in section.others]
    measures = [result.measure for result in found if isinstance(result, Pooled)]
    scales = dict.fromkeys(scale_of(measure).name for measure in measures)
    if len(scales) > 1:
        raise SpecError(f"One axis cannot show {' and '.join(scales)}; draw a figure of each.")
    measures += [m for r in found if isinstance(m := getattr(r.data, "measure", None), str)]
    return measures[0] if measures else "PLO"
