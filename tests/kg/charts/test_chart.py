"""The style: colours that can be distinguished, in both themes."""

from __future__ import annotations

import pytest

from kg.charts.chart import CATEGORIES, FONTS, LOOKS, SHAPES, Theme, config, contrast, mix
from kg.charts.layout import texts
from kg.charts.matrix import readable
from kg.core.names import LANGUAGES

THEMES: tuple[Theme, ...] = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_texts_and_shapes_have_contrast_enough(theme: Theme) -> None:
    look = LOOKS[theme]
    for text in (look.ink, look.quiet):
        assert contrast(text, look.paper) >= 4.5
    for shape in (
        look.accent,
        look.stated,
        look.official,
        look.achieved,
        look.most,
        mix(look.paper, look.accent, 0.65),
    ):
        assert contrast(shape, look.paper) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_figure_can_be_read_on_every_shade(theme: Theme) -> None:
    look = LOOKS[theme]
    for hundredth in range(101):
        shade = mix(look.fewest, look.most, hundredth / 100)
        assert contrast(readable(shade), shade) >= 4.5


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_each_colour_of_a_category_has_a_shape_of_its_own() -> None:
    assert len(set(CATEGORIES)) == len(set(SHAPES)) == len(CATEGORIES) == len(SHAPES)


def test_every_font_list_has_a_chinese_font_of_debian() -> None:
    for language in LANGUAGES:
        assert '"Noto Sans CJK SC"' in FONTS[language]
        assert config(LOOKS["light"], language)["font"] == FONTS[language]


def test_chinese_in_a_picture_of_another_language_has_a_chinese_font() -> None:
    latin, chinese = texts([{"x": 0, "y": 0, "text": "5G"}, {"x": 0, "y": 9, "text": "5G 工业"}])
    assert "font" not in latin["mark"]
    assert chinese["mark"]["font"] == FONTS["zh"]
