"""A question that grows faster than its answer is named; one whose answer grows as fast is not."""

from __future__ import annotations

from tests.bench.growing import Growth, growths, outgrowing


def run(**questions: list[tuple[int, float | None]]) -> dict[str, object]:
    """Figures at three sizes: rows and milliseconds of each question."""
    return {
        "sizes": {
            size: {"questions": {slug: figures(*cells[place]) for slug, cells in questions.items()}}
            for place, size in enumerate(("0", "200", "2000"))
        }
    }


def figures(rows: int, milliseconds: float | None) -> dict[str, float]:
    return {"rows": rows} if milliseconds is None else {"rows": rows, "processor_ms": milliseconds}


def test_the_slowest_comes_first_and_what_took_too_long_before_all() -> None:
    measured = run(light=[(1, 1.0)] * 3, heavy=[(1, 1.0), (1, 5.0), (1, 50.0)], late=[(1, 1.0), (1, 5.0), (-1, None)])
    assert [growth.slug for growth in growths(measured)] == ["late", "heavy", "light"]


def test_what_grows_with_its_answer_is_not_named() -> None:
    measured = run(
        growing=[(10, 2.0), (100, 20.0), (1000, 200.0)],
        counting=[(3, 2.0), (3, 20.0), (3, 200.0)],
        late=[(1, 1.0), (1, 5.0), (-1, None)],
        noisy=[(3, 2.0), (3, 2.0), (3, 9.0)],
    )
    assert [growth.slug for growth in outgrowing(measured)] == ["late", "counting"]


def test_growth_is_measured_from_the_smallest_size_to_the_largest() -> None:
    growth = Growth("a", (2.0, 5.0, 20.0), (0, 3, 30))
    assert (growth.slower, growth.longer) == (10.0, 30.0)
    assert Growth("b", (2.0, None), (1, -1)).slower is None
