namespace OfflineActions.Tests.Emulators;

/// <summary>The methods of each URL on both ports, in the order in which Sync Gateway lists them.</summary>
public sealed class MethodTests
{
    private static readonly (string Path, string Public, string Admin)[] Urls =
    [
        ("/", "GET, HEAD", "GET, HEAD"),
        ("/_ping", "GET, HEAD", "GET, HEAD"),
        ("/_all_dbs", "", "GET, HEAD"),
        ("/_status", "", "GET"),
        ("/_expvar", "", "GET"),
        ("/db/", "GET, HEAD, POST, PUT", "GET, HEAD, POST, PUT, DELETE"),
        ("/none/", "GET, HEAD, POST, PUT", "GET, HEAD, POST, PUT, DELETE"),
        ("/db/_all_docs", "GET, HEAD, POST", "GET, HEAD, POST"),
        ("/db/_changes", "GET, HEAD, POST", "GET, HEAD, POST"),
        ("/db/_bulk_docs", "POST", "POST"),
        ("/db/_bulk_get", "POST", "POST"),
        ("/db/_revs_diff", "POST", "POST"),
        ("/db/_ensure_full_commit", "POST", "POST"),
        ("/db/_session", "GET, HEAD, POST, DELETE", "GET, HEAD, POST"),
        ("/db/_session/x", "", "GET, DELETE"),
        ("/db/_design/x", "GET, HEAD, PUT, DELETE", "GET, HEAD, PUT, DELETE"),
        ("/db/_design/x/_view/y", "GET", "GET"),
        ("/db/_local/x", "GET, HEAD, PUT, DELETE", "GET, HEAD, PUT, DELETE"),
        ("/db/x", "GET, HEAD, PUT, DELETE", "GET, HEAD, PUT, DELETE"),
        ("/db/x/y", "GET, HEAD, PUT, DELETE", "GET, HEAD, PUT, DELETE"),
        ("/db/_raw/x", "", "GET, HEAD"),
        ("/db/_revtree/x", "", "GET"),
        ("/db/_compact", "", "GET, POST"),
        ("/db/_purge", "", "POST"),
        ("/db/_config", "", "GET, POST, PUT"),
        ("/db/_offline", "", "POST"),
        ("/db/_online", "", "POST"),
        ("/db/_user/", "", "GET, HEAD, POST"),
        ("/db/_user/x", "", "GET, HEAD, PUT, DELETE"),
        ("/db/_user/x/_session", "", "DELETE"),
        ("/db/_user/x/_session/y", "", "DELETE"),
        ("/db/_role/", "", "GET, HEAD, POST"),
        ("/db/_role/x", "", "GET, HEAD, PUT, DELETE"),
        ("/_nothing", "", ""),
        ("/db/_nothing", "", ""),
        ("/db/_nothing/x", "", ""),
        ("/db/x/y/z", "", ""),
    ];

    [Test]
    public async Task Another_method_is_answered_with_those_that_there_are()
    {
        await using var emulated = await Emulated.StartAsync();
        var differences = new List<string>();
        foreach (var (path, open, admin) in Urls)
        {
            foreach (var (url, allow) in new[] { (emulated.Gateway.PublicUrl, open), (emulated.Gateway.AdminUrl, admin) })
            {
                foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" }.Except(allow.Split(", ")))
                {
                    var answer = (await RawHttp.SendAsync(url, $"{method} {path}")).ToString();
                    if (answer != Expected(method, allow))
                    {
                        differences.Add($"{method} {url.Port == emulated.Gateway.AdminUrl.Port} {path}: {answer}");
                    }
                }
            }
        }

        Assert.That(string.Join("\n\n", differences), Is.Empty);
    }

    [Test]
    public async Task A_listed_method_is_answered_in_another_way()
    {
        await using var emulated = await Emulated.StartAsync();
        foreach (var (path, _, admin) in Urls)
        {
            foreach (var method in admin.Split(", ", StringSplitOptions.RemoveEmptyEntries).Except(["DELETE"]))
            {
                Assert.That((await RawHttp.SendAsync(emulated.Gateway.AdminUrl, $"{method} {path}", "{}")).Status, Is.Not.EqualTo(405), path);
            }
        }
    }

    /// <summary>On the public port, a URL of administrators is none.</summary>
    private static string Expected(string method, string allow)
    {
        var (status, error, reason) = allow.Length == 0 ? (404, "not_found", "unknown URL") : (method == "OPTIONS" ? 204 : 405, "Method Not Allowed", "");
        var text = status == 204 ? "" : $$"""{"error":"{{error}}","reason":"{{reason}}"}""";
        var headers = (allow.Length > 0 ? $"allow: {allow}\n" : "") + (status == 204 ? "" : $"content-length: {text.Length}\ncontent-type: application/json\n");
        return $"{status}\n{headers}\n{(method == "HEAD" ? "" : text)}";
    }
}
