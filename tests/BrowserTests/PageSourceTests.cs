using System.IO.Compression;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

public sealed class PageSourceTests
{
    [Test]
    [Category("Browser")]
    public async Task The_tests_of_its_own_modules_pass()
    {
        Assert.That(await WebPage.BuildAsync(), Is.Null);
        Assert.That(await WebPage.NpmAsync(default, "test"), Is.Zero);
    }

    [Test]
    [Category("Browser")]
    public async Task It_is_smaller_than_100_kB_without_PouchDB()
    {
        Assert.That(await WebPage.BuildAsync(), Is.Null);
        var sizes = Directory.EnumerateFiles(WebPage.Target, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("pouchdb-", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(WebPage.Target, file), Zipped);
        TestContext.Out.WriteLine(string.Join('\n', sizes.Select(size => $"{size.Value,7} {size.Key}")));

        Assert.That(sizes.Values.Sum(), Is.LessThan(100_000));
    }

    [Test]
    public void It_never_makes_HTML_of_text() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(WebPage.Source, "src"), "*.ts", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file) is var text && (text.Contains("HTML =", StringComparison.Ordinal) || text.Contains("insertAdjacentHTML", StringComparison.Ordinal))),
            Is.Empty);

    [Test]
    public void Its_packages_are_locked_without_naming_where_they_come_from() =>
        Assert.That(File.ReadAllText(Path.Combine(WebPage.Source, "package-lock.json")), Does.Not.Contain("\"resolved\""));

    private static long Zipped(string file)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(File.ReadAllBytes(file));
        }

        return target.Length;
    }
}
