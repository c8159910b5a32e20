"""An Action whose key is too long for some users."""


def test_a_user_is_welcomed_once(load_action, make_event):
    action = load_action("actions/welcome.js")
    event = make_event(user={"email": "augusta.ada.king@analytical-engines.example"})
    assert action.run(event).logs == "Welcome, Ada!\n"
    assert action.run(event).logs == ""
