using System.IO.Compression;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>The page as npm builds it.</summary>
[Category("Browser")]
[NonParallelizable]
public sealed class PageBuildTests
{
    [Test]
    public async Task The_unit_tests_of_its_TypeScript_modules_pass()
    {
        Assert.That(await WebPage.BuildAsync(), Is.Null);
        Assert.That(await WebPage.NpmAsync(default, "test"), Is.Zero);
    }

    [Test]
    public async Task It_is_smaller_than_100_kB_without_PouchDB()
    {
        Assert.That(await WebPage.BuildAsync(), Is.Null);
        var sizes = Directory.EnumerateFiles(WebPage.Target, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("pouchdb-", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(WebPage.Target, file), GetGzipSize);
        TestContext.Out.WriteLine(string.Join('\n', sizes.Select(size => $"{size.Value,7} {size.Key}")));

        Assert.That(sizes.Values.Sum(), Is.LessThan(100_000));
    }

    private static long GetGzipSize(string file)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(file));
        }

        return target.Length;
    }
}
