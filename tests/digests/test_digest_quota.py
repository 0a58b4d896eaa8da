"""When an account's LinkedIn calls of the hour run low, people's questions are answered and a digest leaves its best posts out."""

DIGEST = "digest acme every monday 9:00 in #marketing"


async def test_a_digest_leaves_its_best_posts_out_and_says_so(open_scene):
    async with open_scene(statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = 0
        for _ in range(30):
            assert "impressions" in (await scene.ask("acme 7d"))["text"]
        preview = await scene.ask(DIGEST)
        assert "left out this time" in preview["text"] + str(preview["blocks"])
        of_two = await scene.ask('digest acme "Ann Lee" every monday 9:00 in #marketing')
        assert "4 of 11 posts read, because other calls to LinkedIn are kept for questions: another one may be better" in of_two["text"]
        assert "couldn't be asked" not in of_two["text"]
        assert "impressions" in (await scene.ask("acme 7d"))["text"]


async def test_a_digest_of_a_quiet_hour_names_its_best_posts(open_scene):
    async with open_scene() as scene:
        preview = await scene.ask(DIGEST)
        assert "left out this time" not in preview["text"] + str(preview["blocks"])
        assert "Best by lifetime rate" in preview["text"] + str(preview["blocks"])
