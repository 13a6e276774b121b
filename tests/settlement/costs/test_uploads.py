"""Uploads of costs: early, out of order, late, negative, wrong; and what a settlement compares them with."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.settlement.model.upload import Upload, unpack_lines
from services.settlement.settlements.stay import LISTED_DAYS, held_days
from shared.bus.message import Decision, Original
from shared.bus.wire import MAX_BODY_BYTES, answer_bytes
from shared.errors import refuse
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.visits import CostsUploaded, UploadCosts, UploadWithdrawn
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    D4,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    catalogue,
    completed,
    control,
    discharge,
    institution,
    line,
    open_world,
    quote,
    refusals,
    result,
    reverse,
    rows,
    settle,
    stay,
    upload,
)

DAY = timedelta(days=1)


async def test_costs_may_come_before_the_admission(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    await accepted(driver, bed("U1", 400, D1), day=D1)
    await accepted(driver, admit(), bed("U2", 600, D2), discharge())

    await accepted(driver, settle(2, 100_000))


async def test_uploads_give_equal_totals_in_any_order(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    parts = [
        upload("U1", line(1, "DRUG", "3", "25.55", "09"), line(2, "BED"), total_fen=17_665, cost_on=D1),
        upload("U2", line(1, "AMULET", "0.3333", "9.99", "14"), total_fen=333, cost_on=D2),
        upload("U3", line(1, "DRUG", "0.5", "19.999999", "09"), total_fen=1_000, cost_on=D3),
    ]
    told = []
    for number, order in enumerate(permutations(parts)):
        visit: dict[str, Any] = {"visit_id": f"V{number}"}
        steps: list[Body] = [one.model_copy(update=visit) for one in order]
        steps.insert(number % 4, admit(**visit))
        [*_, settled] = await accepted(driver, *steps, discharge(**visit), settle(4, 18_998, **visit))
        fact = completed(settled)
        told.append((fact.payments.full_self_pay_fen, fact.payments.in_scope_fen, str(fact.by_category)))
        await accepted(driver, reverse(fact.settlement_id, **visit))  # the same care is not paid again
    assert len(set(told)) == 1


LATE = [
    # costs of, heard on, late
    (D1, D1, False),
    (D1, D2, False),
    (D1, D3, True),
    (date(2026, 2, 27), D1, True),
]


@pytest.mark.requirement("SET-20")
async def test_costs_are_late_after_the_day_that_follows_them(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    for number, (cost_on, heard_on, late) in enumerate(LATE):
        [decision] = await accepted(driver, bed(f"U{number}", 1, cost_on), day=heard_on)

        [fact] = decision.facts
        assert isinstance(fact, CostsUploaded)
        assert (fact.heard_on, fact.late) == (heard_on, late)


@pytest.mark.requirement("SET-11")
async def test_every_line_can_be_read_back_as_it_was_split(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    await accepted(driver, upload("U1", line(7, "DRUG", "2", "25", "09"), line(8, "X"), total_fen=15_000))

    [(packed,)] = await rows(driver, "SELECT lines FROM upload")
    assert [tuple(kept)[:13] for kept in unpack_lines(packed)] == [
        ("L7", "DRUG", "09", 20_000, 25_000_000, "02", True, 5_000, 0, 1_000, 400, 20_000_000, 1_000),
        ("L8", "X", "01", 10_000, 100_000_000, "03", False, 10_000, 10_000, 0, 0, None, 0),
    ]


@pytest.mark.requirement("SET-01")
async def test_the_catalogue_of_the_day_of_the_costs_counts(driver_for: DriverFor) -> None:
    newer = catalogue("C2", date(2026, 3, 4), BED="03")
    driver = await open_world(driver_for, newer)

    decisions = await accepted(driver, bed("U1", 1, D2), bed("U2", 1, D3))

    assert [result(d.answer).amounts.full_self_pay_fen for d in decisions] == [0, 100]


async def test_a_page_published_again_counts_from_then_on_for_every_process(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    other = await driver_for(driver.service)
    await accepted(driver, bed("U1", 1))

    await other.hear(catalogue("C1", BED="03"), source="enrollment")
    [decision] = await accepted(driver, bed("U2", 1))

    assert result(decision.answer).amounts.full_self_pay_fen == 100


RETURNS = [
    # of two beds at 100 yuan; expected
    ([line(1, quantity="-2.0001")], -20_001, "RETURN_EXCEEDS_BILLED"),
    ([line(1, quantity="-1"), line(2, quantity="-1.5")], -25_000, "RETURN_EXCEEDS_BILLED"),
    ([line(1, quantity="-2", price="100.01")], -20_002, "RETURN_EXCEEDS_BILLED"),
    ([line(1, "DRUG", quantity="-1")], -10_000, "RETURN_EXCEEDS_BILLED"),
    ([line(1, quantity="-2")], -20_000, "OK"),
]


async def test_no_more_is_returned_of_an_item_than_was_billed(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, upload("U1", line(1, quantity="2"), total_fen=20_000), admit())

    for returned, total_fen, expected in RETURNS:
        assert (await ask(driver, upload("U2", *returned, total_fen=total_fen))).code == expected


async def test_two_returns_in_one_batch_see_each_other(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, bed("U1", 100))
    back = [upload(name, line(1, quantity="-1"), total_fen=-10_000) for name in ("U2", "U3")]

    decisions = await driver.hear(*back, day=D3, source="huaxi")

    assert [d.answer.code for d in decisions if d.answer] == ["OK", "RETURN_EXCEEDS_BILLED"]


async def test_a_return_takes_its_line_out_of_the_bill(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    drug: dict[str, Any] = {"item": "DRUG", "price": "25.55", "category": "09"}
    both = [
        upload("U1", line(1, quantity="3", **drug), line(2), total_fen=17_665),
        upload("U2", line(1, quantity="-3", **drug), total_fen=-7_665, cost_on=D2),
    ]

    [*_, settled] = await accepted(driver, admit(), *both, discharge(), settle(3, 10_000))

    payments = completed(settled).payments
    assert (payments.total_fen, payments.in_scope_fen, payments.pre_self_pay_fen) == (10_000, 10_000, 0)


REFUSED_UPLOADS = [
    (bed("U9", 1, institution_id="H51010000009"), "UNKNOWN_INSTITUTION"),
    (bed("U9", 1, institution_id="H51190000001"), "INSTITUTION_NOT_YOURS"),
    (bed("U9", 1, institution_id=PUREN), "UNKNOWN_VISIT"),
    (bed("U9", 1, person_id="Wu"), "UNKNOWN_VISIT"),
    (bed("U1", 1), "UPLOAD_ID_TAKEN"),
    (bed("U9", 1, D4), "DATE_NOT_POSSIBLE"),
    (bed("U9", 1, control=control(1, 101)), "LINES_DO_NOT_ADD_UP"),
    (bed("U9", 1, control=control(2, 100)), "LINES_DO_NOT_ADD_UP"),
    (upload("U9", line(1), line(1), total_fen=20_000), "LINE_ID_TAKEN"),
    (upload("U9", line(1, quantity="-11"), total_fen=-110_000), "RETURN_EXCEEDS_BILLED"),
]


async def test_a_refused_upload_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U1", 1000))

    codes = await refusals(driver, [asked for asked, _ in REFUSED_UPLOADS])

    assert codes == [code for _, code in REFUSED_UPLOADS]
    assert await rows(driver, "SELECT count(*) FROM upload") == [(1,)]


async def test_nothing_is_added_to_a_settled_visit(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))

    assert (await ask(driver, bed("U2", 1))).code == "VISIT_SETTLED"


async def test_a_wrong_control_total_is_told_what_is_held_day_by_day(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U3", 300, D2), bed("U1", 100, D1), bed("U2", 200, D1), discharge())

    for refused in (settle(4, 60_000), settle(3, 60_001)):
        answer = await ask(driver, refused)

        assert answer.code == "CONTROL_TOTAL"
        held = [(day.cost_on, day.uploads, day.lines, day.total_fen) for day in answer.days]
        assert held == [(D1, ("U1", "U2"), 2, 30_000), (D2, ("U3",), 1, 30_000)]
    assert await rows(driver, "SELECT count(*) FROM settlement") == [(0,)]


async def test_an_upload_of_another_hospital_never_reaches_the_visit(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, institution("H50010000001", node="chongqing"))
    stranger = bed("X1", 999, institution_id="H50010000001")
    assert (await ask(driver, stranger, source="chongqing", day=D1)).code == "OK"

    await accepted(driver, *stay(), settle(1, 100_000))


async def undo(driver: Driver, original_id: str) -> Decision:
    message = driver.message(
        CancelRequest(subject_id="Lin", original_id=original_id),
        source="huaxi",
        day=D4,
        original=Original(original_id, UploadCosts.wire_type(), True),
    )
    [decision] = await driver.hear(message)
    return decision


@pytest.mark.parametrize("admitted", [False, True])
async def test_an_upload_is_undone_by_its_message_id(driver_for: DriverFor, admitted: bool) -> None:
    driver = await open_world(driver_for)
    await ask(driver, bed("wrong", 400), id="m9")
    if admitted:
        await accepted(driver, *stay())

    undone = await undo(driver, "m9")

    assert [type(fact) for fact in undone.facts] == [UploadWithdrawn]
    held = await rows(driver, "SELECT visit_id, upload_id, withdrawn_on FROM withdrawal")
    assert held == [("V1", "wrong", D4)]
    if admitted:
        await accepted(driver, settle(1, 100_000))
        refused = await undo(driver, "m9")
        assert refused.answer and refused.answer.code == "NOT_CANCELLABLE"


async def test_what_something_was_returned_from_is_not_undone(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await ask(driver, bed("U1", 100), id="billed")
    await accepted(driver, upload("U2", line(1, quantity="-1"), total_fen=-10_000))

    refused = await undo(driver, "billed")

    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE" and not refused.rows


async def test_what_is_settled_is_not_undone(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge())
    await ask(driver, bed("U1", 1000), id="billed")
    await accepted(driver, settle(1, 100_000))

    refused = await undo(driver, "billed")

    assert refused.answer and refused.answer.code == "NOT_CANCELLABLE" and not refused.rows


@pytest.mark.parametrize(("days", "a_day"), [(1, 20_000), (20_000, 1), (30, 700), (2, 1)])
def test_however_many_uploads_are_held_the_answer_that_lists_them_fits_a_record(
    days: int, a_day: int
) -> None:
    uploads = [
        Upload("V1", f"{'U' * 50}{day}.{n}", "P1", PUREN, "r1", D1 - day * DAY, D1, 1, 7, 0, 0, 0, 7, b"")
        for day in range(days)
        for n in range(a_day)
    ]
    held = held_days(uploads)
    assert len(answer_bytes(refuse("CONTROL_TOTAL", "control", held))) < MAX_BODY_BYTES / 2
    assert sum(len(day.uploads) + day.more_uploads for day in held) == min(days, LISTED_DAYS) * a_day
    assert sum(day.lines for day in held) == min(days, LISTED_DAYS) * a_day


def test_a_day_that_comes_to_more_than_can_be_told_is_told_as_the_most() -> None:
    dear = Upload("V1", "U", "P1", PUREN, "r1", D1, D1, 1, 10**11, 0, 0, 0, 10**11, b"")
    back = dear._replace(cost_on=D1 + DAY, total_fen=-(10**11))
    held = held_days([*[dear] * 1_001, *[back] * 1_001])
    assert [day.total_fen for day in held] == [10**14, -(10**14)]


async def test_sums_that_no_bill_has_are_refused_in_an_upload_and_over_a_stay(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit())
    dear = [line(number, "AMULET", "1", "100000000", "14") for number in range(11)]
    whole = upload("U0", *dear, total_fen=11 * 10**10, cost_on=D1)
    assert (await ask(driver, whole)).code == "INVALID_BILL"
    for number in range(2):
        await accepted(driver, upload(f"U{number}", *dear[:6], total_fen=6 * 10**10, cost_on=D1), day=D1)
    await accepted(driver, discharge())
    for request in (quote(1, 1), settle(12, 12 * 10**10)):
        assert (await ask(driver, request)).code == "INVALID_BILL"
