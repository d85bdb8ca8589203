using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>Rules for the page's sources.</summary>
public sealed class PageSourceTests
{
    [Test]
    public void No_source_turns_text_into_HTML() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(WebPage.Source, "src"), "*.ts", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file) is var text && (text.Contains("HTML =", StringComparison.Ordinal) || text.Contains("insertAdjacentHTML", StringComparison.Ordinal))),
            Is.Empty);

    [Test]
    public void The_package_lock_names_no_registry() =>
        Assert.That(File.ReadAllText(Path.Combine(WebPage.Source, "package-lock.json")), Does.Not.Contain("\"resolved\""));
}
