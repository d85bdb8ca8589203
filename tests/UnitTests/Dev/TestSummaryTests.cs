using OfflineActions.Dev.Testing;

namespace OfflineActions.Tests.Dev;

public sealed class TestSummaryTests
{
    [Test]
    public void Results_of_all_files_are_added_up()
    {
        var summary = Read(["Passed", "Failed", "Passed"], ["Passed"]);

        Assert.That(summary.ToString(), Is.EqualTo("3 passed, 1 failed"));
        Assert.That(summary.ExitCode, Is.Not.Zero);
    }

    [Test]
    public void A_run_in_which_every_test_passed_succeeds()
    {
        var summary = Read(["Passed", "Passed"]);

        Assert.That(summary.ToString(), Is.EqualTo("2 passed, 0 failed"));
        Assert.That(summary.ExitCode, Is.Zero);
    }

    [TestCase("NotExecuted")]
    [TestCase("Inconclusive")]
    public void A_skipped_test_is_counted_and_fails_the_run(string outcome)
    {
        var summary = Read(["Passed", outcome]);

        Assert.That(summary.ToString(), Is.EqualTo("1 passed, 0 failed, 1 skipped"));
        Assert.That(summary.ExitCode, Is.Not.Zero);
    }

    [Test]
    public void A_run_without_tests_fails()
    {
        var nothing = TestSummary.Read(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));

        Assert.That(nothing.ToString(), Is.EqualTo("0 passed, 0 failed"));
        Assert.That(nothing.ExitCode, Is.Not.Zero);
        Assert.That(Read([]).ExitCode, Is.Not.Zero);
    }

    private static TestSummary Read(params string[][] files)
    {
        var folder = Directory.CreateTempSubdirectory("trx-");
        try
        {
            foreach (var outcomes in files)
            {
                var results = string.Concat(outcomes.Select(outcome => $"<UnitTestResult testName=\"t\" outcome=\"{outcome}\" />"));
                File.WriteAllText(
                    Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.trx"),
                    $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{results}</Results></TestRun>");
            }

            return TestSummary.Read(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
