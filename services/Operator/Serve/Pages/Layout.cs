using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OfflineActions.Operator.Serve.Access;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>What every page has around its content.</summary>
internal sealed class Layout(StateWatch watch, TimeProvider clock)
{
    private static readonly (string Path, string Name)[] Pages =
    [
        ("/", "Overview"), ("/dead-letters", "Dead letters"), ("/document", "Find a document"), ("/services", "Gateways and workers"),
        ("/reconcile", "Open requests"), ("/topology", "Queues"), ("/jobs", "Jobs"),
    ];

    /// <summary>The time, for ages.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Whether somebody may act.</summary>
    public static bool MayAct(ClaimsPrincipal user) => user.IsInRole(OperatorRole.Act);

    /// <summary>A complete page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">The title of the page.</param>
    /// <param name="content">What is below it.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="refresh">After how many seconds what is marked as live is read again; 0 for never.</param>
    public IResult Show(HttpContext context, string title, Html content, int status = StatusCodes.Status200OK, int refresh = 0)
    {
        var role = MayAct(context.User) ? "may act" : "may look";
        var page = Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} - Offline Actions operator</title>
            <link rel="stylesheet" href="/operator.css">
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <script type="module" src="/operator.js"></script>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <p class="brand">Offline Actions <span>operator</span></p>
            <p id="health" class="health" data-live role="status">{DescribeHealth()}</p>
            <p class="user">{Html.Visible(OperatorApi.NameOf(context.User))} <span class="soft">({role})</span></p>
            <nav aria-label="Pages"><ul>{Html.Each(Pages, page => Link(page.Path, page.Name, IsCurrent(context, page.Path)))}</ul></nav>
            </header>
            <main id="main" tabindex="-1" data-refresh="{refresh}">
            <h1>{title}</h1>
            {content}
            </main>
            <footer>
            <p id="read-at" class="soft" data-live>State read {Words.Time(watch.Now.At == DateTimeOffset.MinValue ? Now : watch.Now.At)}</p>
            <p id="connection" class="soft" hidden></p>
            </footer>
            </body>
            </html>
            """);
        return Results.Content(page.ToString(), "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>A page that says what is wrong.</summary>
    public IResult ShowProblem(HttpContext context, string title, string reason, int status) =>
        Show(context, title, Html.Of($"""<p class="trouble" role="alert">{reason}</p>"""), status);

    private static bool IsCurrent(HttpContext context, string path) =>
        path == "/" ? context.Request.Path == path : context.Request.Path.StartsWithSegments(path);

    private static Html Link(string path, string name, bool isCurrent) =>
        Html.Of($"""<li><a href="{path}"{Html.When(isCurrent, () => Html.Of($" aria-current=\"page\""))}>{name}</a></li>""");

    private string DescribeUnknown()
    {
        string[] unknown = [.. watch.Now.Parts.Where(part => part.Health is Health.Unknown).Select(part => part.Name)];
        return unknown.Length == 0 ? "" : $" known. Unknown: {string.Join(", ", unknown)}";
    }

    private string DescribePaused()
    {
        string[] paused = [.. watch.Now.PausedActions];
        return paused.Length == 0 ? "" : $". Paused: {string.Join(", ", paused)}";
    }

    private Html DescribeHealth()
    {
        var troubles = watch.Now.Troubles.ToArray();
        return watch.Now.Parts.Count == 0
            ? Html.Of($"""<span class="dot unknown" aria-hidden="true"></span>The state is being read""")
            : troubles.Length == 0
                ? Html.Of($"""<span class="dot fine" aria-hidden="true"></span>No trouble{DescribeUnknown()}{DescribePaused()}""")
                : Html.Of($"""<span class="dot trouble" aria-hidden="true"></span>Trouble: {string.Join(", ", troubles.Select(part => part.Name))}{DescribePaused()}""");
    }
}
