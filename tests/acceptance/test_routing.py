"""Three hundred messages, labelled before the rules were written: who works on each of them."""

from tests.acceptance.post import confusion

_RIGHT = 0.90


def test_nine_in_ten_messages_go_where_a_person_would_send_them() -> None:
    counted = confusion()
    right = sum(number for (wanted, decided), number in counted.items() if wanted == decided)
    assert right / counted.total() >= _RIGHT, sorted(counted.items())


def test_no_kind_of_message_is_mostly_sent_elsewhere() -> None:
    counted = confusion()
    wanted = {label for label, _ in counted}
    share = {
        label: counted[label, label] / sum(number for (want, _), number in counted.items() if want == label)
        for label in wanted
    }
    assert min(share.values()) >= _RIGHT - 0.2, share
