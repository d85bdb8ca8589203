using CsCheck;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

public sealed class PersonChoiceTests
{
    [Test]
    public void Candidates_are_distinct_in_range_and_as_many_as_possible() =>
        Gen.Select(Gen.String, Gen.String, Gen.Int[1, 200]).Sample((id, revision, highest) =>
        {
            int[] candidates = [.. PersonChoice.Candidates(id, revision, highest)];

            Assert.That(candidates, Is.Unique.And.All.InRange(1, highest));
            Assert.That(candidates, Has.Length.EqualTo(Math.Min(PersonChoice.MaxCandidates, highest)));
        });

    [Test]
    public void The_same_request_gets_the_same_candidates() =>
        Gen.Select(Gen.String, Gen.String, Gen.Int[1, int.MaxValue]).Sample((id, revision, highest) =>
            Assert.That(
                PersonChoice.Candidates(id, revision, highest),
                Is.EqualTo(PersonChoice.Candidates(id, revision, highest).ToArray())));

    [Test]
    public void The_choice_is_the_same_in_every_release() =>
        Assert.That(
            PersonChoice.Candidates("person:1", "1-cd809becc169215072fd567eebd8b8de", 83).ToArray(),
            Is.EqualTo([53, 68, 22, 9, 63, 21, 7, 1, 56, 47]));

    [Test]
    public void Id_and_revision_are_kept_apart() =>
        Assert.That(PersonChoice.Candidates("ab", "c", 1_000_000), Is.Not.EqualTo(PersonChoice.Candidates("a", "bc", 1_000_000)));

    [Test]
    public void Every_person_is_about_equally_likely_at_every_position()
    {
        const int people = 83;
        const int requests = 83_000;
        var counts = new int[PersonChoice.MaxCandidates, people];

        for (var request = 0; request < requests; request++)
        {
            foreach (var (position, person) in PersonChoice.Candidates($"doc{request}", "1-a", people).Index())
            {
                counts[position, person - 1]++;
            }
        }

        // Around 1000 each with a standard deviation near 31. The inputs are fixed, so the test cannot fail by chance.
        Assert.That(counts, Is.All.InRange(1000 - 190, 1000 + 190));
    }

    [Test]
    public void A_new_revision_is_a_new_choice()
    {
        var first = Enumerable.Range(1, 100).Select(number => PersonChoice.Candidates("doc", $"{number}-a", 83).First());

        Assert.That(first.Distinct().Count(), Is.GreaterThan(40));
    }
}
