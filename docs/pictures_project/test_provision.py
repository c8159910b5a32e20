"""An Action whose `ttl` is in seconds."""


def test_the_token_is_reused_for_an_hour(load_action, clock):
    action = load_action("actions/provision.js", modules={"crm": "fakes/crm.js"})
    action.run()
    clock.tick(minutes=59)
    second = action.run()
    assert [call.path for call in second.calls] == ["cache.get"]
