"""An Action that trusts its cache."""


def test_the_token_is_shared(load_action, clock):
    action = load_action("actions/sync.js", modules={"crm": "fakes/crm.js"})
    first = action.run()
    clock.tick(minutes=30)
    second = action.run()
    assert "created with token-" in first.logs
    assert "created with token-" in second.logs
