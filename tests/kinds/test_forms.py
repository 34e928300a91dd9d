import pytest
from django.http import QueryDict
from django.utils import translation

from reports.columns import Column
from reports.kinds.fields import names_in
from reports.kinds.forms import parse_settings
from reports.kinds.listing.form import ListingForm
from reports.kinds.registry import KINDS, kind_named
from reports.kinds.summary.form import SummaryForm
from reports.problems import Problem

COLUMNS = [
    Column("Order ID", "integer"),
    Column("Region", "text"),
    Column("Sales, net", "decimal"),
    Column("Total", "decimal"),
    Column("Unit price", "decimal"),
    Column("Day", "date"),
    Column("At", "datetime"),
    Column("Paid", "boolean"),
    Column("Notes", "text"),
]


def listing(*settings: str) -> ListingForm:
    return ListingForm(parse_settings(ListingForm, settings), columns=COLUMNS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_is_valid_with_nothing_set(kind):
    assert kind.form({}, columns=COLUMNS).is_valid()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_options_can_be_asked_again(kind):
    filters = ["Total >= 1.234,56", "At < 31/12/2025 8:30", "Paid = sim", "Region is_empty"]
    form = kind.form({"filters": filters, "title": "Mine"}, columns=COLUMNS)
    assert form.is_valid(), form.error_lines()
    again = kind.form(form.options(), columns=COLUMNS)
    assert again.is_valid(), again.error_lines()
    assert again.options() == form.options()


def test_options_mean_the_same_in_every_language():
    form = listing("filters=Total = 1.234")
    assert form.is_valid()
    with translation.override("pt-br"):
        again = ListingForm(form.options(), columns=COLUMNS)
        assert again.is_valid()
        assert again.options() == form.options()


def test_a_listing_prints_every_column_unless_told_otherwise():
    form = ListingForm({}, columns=COLUMNS)
    assert form.is_valid()
    assert form.options()["columns"] == [column.name for column in COLUMNS]


def test_a_command_line_says_it_all():
    form = listing('columns=Total, "Sales, net"', "sort=-Total,Region", "totals=Total", "group=Region")
    assert form.is_valid(), form.error_lines()
    options = form.options()
    assert options["columns"] == ["Total", "Sales, net"]
    assert options["sort"] == ["-Total", "Region"]
    assert (options["totals"], options["group"]) == (["Total"], "Region")


def test_a_browser_posts_columns_in_their_order_and_filters_as_parallel_lists():
    data = QueryDict(
        "columns=Total&columns=Region&sort_1=-Total&sort_2=&sort_3=&group=&orientation=auto&standard=ua-1"
        "&filter_column=Total&filter_test=greater&filter_value=1,5&filter_column=&filter_test=&filter_value="
    )
    form = ListingForm(data, columns=COLUMNS)
    assert form.is_valid(), form.error_lines()
    options = form.options()
    assert options["columns"] == ["Total", "Region"]
    assert options["sort"] == ["-Total"]
    assert options["filters"] == [{"column": "Total", "test": "greater", "value": "1.5"}]


def test_what_a_browser_leaves_out_is_empty():
    form = ListingForm(QueryDict("orientation=auto"), columns=COLUMNS)
    assert form.errors["columns"] == ["Choose at least one column."]


@pytest.mark.parametrize(
    ("setting", "carried"), [("carry=yes", True), ("carry=Sim", True), ("carry=no", False), ("title=x", False)]
)
def test_a_box_is_ticked_in_words(setting, carried):
    form = listing(setting)
    assert form.is_valid(), form.error_lines()
    assert form.options()["carry"] is carried
    assert ListingForm(form.options(), columns=COLUMNS)["carry"].value() is carried


def test_nothing_is_carried_where_nothing_can_be_added_up():
    form = ListingForm({}, columns=[Column("Region", "text")])
    assert form.is_valid(), form.error_lines()
    assert "carry" not in form.options()


@pytest.mark.parametrize(("sent", "carried"), [("&carry=on", True), ("", False)])
def test_a_browser_sends_a_box_only_when_it_is_ticked(sent, carried):
    form = ListingForm(QueryDict("columns=Total&orientation=auto&standard=ua-1" + sent), columns=COLUMNS)
    assert form.is_valid(), form.error_lines()
    assert form.options()["carry"] is carried


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("columns=Regio", "There is no column “Regio” to choose here. There is: Order ID, Region"),
        ("group=Regio", "There is no column “Regio”"),
        ("sort=-Regio", "There is no column “-Regio”"),
        ("totals=Region", "There is no column “Region” to choose here. There is: Order ID, Sales, net, Total"),
        ("filters=Regio = North", "There is no column “Regio” to filter by."),
        ("filters=Total = much", "“much” is not a number."),
        ("filters=Day < 31/02/2025", "“31/02/2025” is not a date that exists."),
        ("filters=Paid > 1", "“Paid” cannot be tested with “is more than”."),
        ("filters=Region", "Write a test after “Region”: one of equals, not_equals, contains"),
        ("filters=Region =", "Write the value that “Region” is compared with."),
        ("orientation=sideways", "There is no choice “sideways”. There is: auto, portrait, landscape."),
        ("carry=perhaps", "“perhaps” is neither yes nor no."),
        ("sort=Region,Total,Day,At", "Sort by at most three columns."),
    ],
)
def test_a_wrong_value_is_named_beside_its_option(setting, sentence):
    form = listing(setting)
    assert not form.is_valid()
    option = setting.split("=")[0]
    assert any(line.startswith(option) and sentence in line for line in form.error_lines()), form.error_lines()


def test_a_sum_needs_its_column():
    form = listing("columns=Region", "totals=Total")
    assert form.errors["totals"] == ["“Total” is not among the columns. Add it to them."]


def test_filters_are_limited():
    form = listing(*["filters=Total > 1"] * 6)
    assert form.errors["filters"] == ["Use at most 5 filters."]


def test_filter_rows_can_be_drawn_again_with_their_errors():
    data = QueryDict(
        "filter_column=Day&filter_test=greater&filter_value=soon&columns=Day&orientation=auto&standard=ua-1"
    )
    posted, empty = ListingForm(data, columns=COLUMNS).filter_rows()
    assert (posted.column, posted.value, posted.input_type) == ("Day", "soon", "date")
    assert "“soon”" in posted.error
    assert dict(posted.tests)["greater"] == "is after"
    assert "contains" not in dict(posted.tests)
    assert (empty.column, empty.error) == ("", "")


def test_a_name_may_hold_a_comma_or_a_test():
    columns = [Column("a, b", "text"), Column("Total = x", "decimal"), Column("Total", "decimal")]
    form = ListingForm({"columns": "a, b", "filters": "Total = x > 2"}, columns=columns)
    assert form.is_valid(), form.error_lines()
    assert form.options()["columns"] == ["a, b"]
    assert form.options()["filters"] == [{"column": "Total = x", "test": "greater", "value": "2"}]


def test_names_are_separated_by_commas():
    assert names_in('Region, "Sales, net" ,Total', []) == ["Region", "Sales, net", "Total"]


def test_an_unknown_option_is_named_with_those_that_exist():
    with pytest.raises(Problem) as problem:
        parse_settings(ListingForm, ["colums=Region"])
    assert "“colums”" in str(problem.value)
    assert "columns" in str(problem.value)


def test_an_option_without_a_value_is_refused():
    with pytest.raises(Problem) as problem:
        parse_settings(ListingForm, ["columns"])
    assert problem.value.code == "setting_unclear"


def test_an_unknown_kind_is_named_with_those_that_exist():
    with pytest.raises(Problem) as problem:
        kind_named("poem")
    assert "poem" in str(problem.value)
    assert "listing, summary, profile" in str(problem.value)


def test_a_summary_guesses_what_matters():
    form = SummaryForm({}, columns=COLUMNS)
    assert form.is_valid()
    options = form.options()
    assert (options["measure"], options["measures"]) == ("Total", ["Sales, net", "Total"])
    assert (options["date"], options["interval"]) == ("Day", "auto")
    assert options["breakdowns"] == options["rankings"] == ["Region"]


def test_a_summary_can_do_without_numbers_dates_and_texts():
    form = SummaryForm({}, columns=[Column("Paid", "boolean")])
    assert form.is_valid(), form.error_lines()
    assert form.options()["measure"] == ""


def test_a_summary_has_at_most_three_charts():
    columns = [Column(name, "text") for name in "abcd"]
    assert SummaryForm({"breakdowns": "a,b,c,d"}, columns=columns).errors["breakdowns"]


@pytest.mark.parametrize("top", ["0", "101", "many"])
def test_a_ranking_has_one_to_a_hundred_lines(top):
    assert SummaryForm({"top": top}, columns=COLUMNS).errors["top"]


def test_an_error_names_the_option_that_was_typed():
    (line,) = listing("sort=-Profit").error_lines()
    assert line.startswith("sort: ")


def test_a_password_is_no_option():
    form = ListingForm({"password": "secret"}, columns=COLUMNS)
    assert form.is_valid(), form.error_lines()
    assert form.cleaned_data["password"] == "secret"
    assert "password" not in form.options()
    with pytest.raises(Problem):
        listing("password=secret")


def test_encryption_and_the_archive_exclude_each_other():
    form = ListingForm({"password": "secret", "standard": "a-3u"}, columns=COLUMNS)
    assert form.error_lines() == [
        "password: A PDF for the archive cannot have a password: the standard forbids it. Leave out one of the two."
    ]


def test_a_password_that_no_pdf_takes_is_refused():
    assert ListingForm({"password": "é" * 63}, columns=COLUMNS).is_valid()
    assert not ListingForm({"password": "é" * 64}, columns=COLUMNS).is_valid()
