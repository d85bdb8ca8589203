namespace OfflineActions.WebClient;

/// <summary>Served instead of the page when it was not built.</summary>
internal static class MissingPage
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Offline Actions</title></head>
        <body>
        <h1>The page was not built</h1>
        <p>It needs <a href="https://nodejs.org/en/download">Node.js</a> 20.19 or newer, with npm. Install it and restart <code>./dev run</code>.</p>
        <ul>
        <li>Debian, Ubuntu: see <a href="https://nodejs.org/en/download">nodejs.org</a>; the distribution's package may be too old</li>
        <li>macOS: <code>brew install node</code></li>
        <li>Windows: <code>winget install OpenJS.NodeJS.LTS</code></li>
        </ul>
        <p>Everything else works without it. The documents are at <a href="/db/_all_docs?include_docs=true">/db</a>;
        <code>./dev watch</code> prints them as they change.</p>
        </body>
        </html>
        """;

    public static IResult Create() => Results.Content(Html, "text/html; charset=utf-8");
}
