"""Tokens of the style sheet are read as it says them, and contrasts are computed as WCAG 2.2 defines them."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.pages.style_guide import TEXT, colours, compared, contrast, read_tokens


@pytest.mark.parametrize(
    ("left", "right", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#0a5c8f", "#0a5c8f", 1.0),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_a_contrast_goes_from_1_to_21(left: str, right: str, ratio: float) -> None:
    assert contrast(left, right) == pytest.approx(ratio, abs=0.01)


def test_only_the_first_root_has_tokens(tmp_path: Path) -> None:
    style = tmp_path / "style.css"
    style.write_text(":root {\n  --ink: light-dark(#000000, #ffffff);\n  --space: 4px;\n}\n.x { --y: 1; }\n")
    assert read_tokens(style) == {"ink": "light-dark(#000000, #ffffff)", "space": "4px"}
    assert list(colours(read_tokens(style))) == ["ink"]


def test_a_style_sheet_without_tokens_has_none(tmp_path: Path) -> None:
    style = tmp_path / "style.css"
    style.write_text("a { color: red; }")
    assert read_tokens(style) == {}


def test_a_pale_ink_does_not_hold() -> None:
    roles = colours({"ink": "light-dark(#888888, #ffffff)", "paper": "light-dark(#ffffff, #000000)"})
    contrasts = compared(roles, "ink", "paper", TEXT)
    assert not contrasts.holds
    assert contrasts.dark == pytest.approx(21)
