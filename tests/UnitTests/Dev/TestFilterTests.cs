using OfflineActions.Dev.Commands;

namespace OfflineActions.Tests.Dev;

public sealed class TestFilterTests
{
    [TestCase("", "--filter Category!=X")]
    [TestCase("--no-build", "--no-build --filter Category!=X")]
    [TestCase("--filter Name~A|Name~B --no-build", "--filter (Name~A|Name~B)&Category!=X --no-build")]
    [TestCase("--filter=Name~A", "--filter=(Name~A)&Category!=X")]
    [TestCase("--filter", "--filter")]
    public void A_category_is_left_out_of_what_is_asked_for(string arguments, string expected) =>
        Assert.That(string.Join(' ', TestFilter.Without("X", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo(expected));
}
