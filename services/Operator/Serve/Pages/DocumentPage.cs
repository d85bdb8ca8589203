using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.Documents;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>The form that asks for a document, and links to its page.</summary>
internal static class DocumentForm
{
    public static Html Show(string? id, string? keyspace) => Html.Of($"""
        <form action="/document" method="get" class="row">
        <label>Document id <input name="id" value="{id}" required autocomplete="off" spellcheck="false"></label>
        {Html.When(keyspace is not null, () => Html.Of($"<label>Keyspace <input name=\"keyspace\" value=\"{keyspace}\" autocomplete=\"off\" spellcheck=\"false\"></label>"))}
        <button>Find out</button></form>
        """);

    public static Html Link(string? keyspace, string? id) => id is null
        ? Html.Of($"unknown")
        : Html.Of($"""<a href="/document?id={Uri.EscapeDataString(id)}&amp;keyspace={Uri.EscapeDataString(keyspace ?? "")}">{Html.Visible(id)}</a>""");
}

/// <summary>One document, and why it has no result yet.</summary>
internal static class DocumentPage
{
    private const int MaxBody = 200_000;
    private const int RefreshSeconds = 10;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<IResult> ShowAsync(
        HttpContext context,
        Layout layout,
        DocumentFinder finder,
        IOptions<OperatorOptions> options,
        ILogger<DocumentFinder> log,
        ClaimsPrincipal user,
        CancellationToken cancellationToken,
        string? id = null,
        string? keyspace = null,
        bool body = false)
    {
        keyspace = string.IsNullOrEmpty(keyspace) ? options.Value.EffectiveKeyspaces[0] : keyspace;
        if (string.IsNullOrEmpty(id))
        {
            return layout.Show(context, "Find a document", DocumentForm.Show("", keyspace));
        }

        if (!Keyspace.IsValid(keyspace) || !DocumentId.IsValid(id))
        {
            return layout.Show(
                context,
                "Find a document",
                Html.Of($"""{DocumentForm.Show(id, keyspace)}<p class="trouble" role="alert">No document can have this id in this keyspace. A keyspace is {Keyspace.Expected}.</p>"""),
                StatusCodes.Status400BadRequest);
        }

        if (body)
        {
            log.DocumentShown(VisibleText.Escape(OperatorApi.NameOf(user)), VisibleText.Escape(id), keyspace);
        }

        var found = await finder.FindAsync(keyspace, id, body, cancellationToken);
        // A search holds messages for a moment, so it is not repeated too often.
        return layout.Show(
            context,
            "Find a document",
            Html.Of($"""
                {DocumentForm.Show(id, keyspace)}
                <div id="found" data-live>{Show(found, Layout.MayAct(user))}</div>
                """),
            refresh: found.Body is null && found.State is not "success" ? RefreshSeconds : 0);
    }

    /// <summary>Publishes the message of an open request at once.</summary>
    public static async Task<IResult> PublishAsync(
        HttpContext context, Layout layout, ReconcileJobs jobs, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (keyspace, id) = (form["keyspace"].ToString(), form["id"].ToString());
        return !Keyspace.IsValid(keyspace) || !DocumentId.IsValid(id)
            ? layout.ShowProblem(context, "Nothing was done", "No document can have this id in this keyspace.", StatusCodes.Status400BadRequest)
            : jobs.StartPublishing(OperatorApi.NameOf(user), keyspace, id) is { } job
                ? Results.LocalRedirect($"/jobs/{job.Id}")
                : layout.ShowProblem(context, "Nothing was done", OperatorApi.TooManyJobs, StatusCodes.Status429TooManyRequests);
    }

    private static Html Show(FoundDocument found, bool mayAct) => Html.Of($"""
        <section class="answer {found.State}" aria-labelledby="document"><h2 id="document">{Html.Visible(found.Id)}</h2>
        <p class="headline">{Html.Visible(found.Headline)}</p>
        {Html.When(found.Advice is not null, () => Html.Of($"<p class=\"advice\">{found.Advice}</p>"))}
        {Html.When(mayAct && found.CanBePublished, () => Html.Of($"""
            <form action="/document/publish" method="post" class="row"><input type="hidden" name="id" value="{found.Id}">
            <input type="hidden" name="keyspace" value="{found.Keyspace}"><button class="quiet">Try it now</button>
            <span class="soft">Publishes its message again. A request is answered once, however often.</span></form>
            """))}
        {Html.When(found.Message is { IsDeadLetter: true }, () => Html.Of($"<p>{DeadLetterPages.Link(found.Message!.Id, "Look at its dead letter, replay or discard it")}</p>"))}
        <dl><div><dt>Keyspace</dt><dd>{found.Keyspace}</dd></div>
        <div><dt>State</dt><dd>{Html.Visible(found.Action ?? found.State)}</dd></div>
        {Html.When(found.Revision is not null, () => Html.Of($"<div><dt>Revision</dt><dd>{found.Revision}</dd></div>"))}
        {Html.When(found.Message is not null, () => ShowMessage(found.Message!))}</dl>
        {Html.When(found.Facts.Count > 0, () => Html.Of($"<h3>Also known</h3><ul>{Html.Each(found.Facts, fact => Html.Of($"<li>{Html.Visible(fact)}</li>"))}</ul>"))}
        {ShowBody(found)}</section>
        """);

    private static Html ShowMessage(WaitingMessage message) => Html.Of($"""
        <div><dt>Message</dt><dd>{(message.IsDeadLetter ? DeadLetterPages.Link(message.Id) : Html.Visible(message.Id))} in {message.Queue}</dd></div>
        {Html.When(message.Attempts is not null, () => Html.Of($"<div><dt>Failed attempts</dt><dd>{Words.Number(message.Attempts)}</dd></div>"))}
        {Html.When(message.NextAttempt is not null, () => Html.Of($"<div><dt>Next attempt</dt><dd>{message.NextAttempt}</dd></div>"))}
        <div><dt>Last reason</dt><dd>{Html.Visible(message.Reason ?? "unknown")}</dd></div>
        {Html.When(message.TraceId is not null, () => Html.Of($"<div><dt>Trace</dt><dd>{Html.Visible(message.TraceId!)}</dd></div>"))}
        """);

    private static Html ShowBody(FoundDocument found)
    {
        if (found.Body is { } body)
        {
            var text = body.ToJsonString(Indented);
            return text.Length > MaxBody
                ? Html.Of($"<p>The body is too long for this page. Ask the API for it: /api/document with body=true.</p>")
                : Html.Of($"<h3>Body</h3><pre tabindex=\"0\">{text}</pre>");
        }

        return Html.When(found.Revision is not null, () => Html.Of($"""
            <p><a href="/document?id={Uri.EscapeDataString(found.Id)}&amp;keyspace={Uri.EscapeDataString(found.Keyspace)}&amp;body=true">Show the body</a>
            <span class="soft">It may contain personal data, and it is logged who was shown it.</span></p>
            """));
    }
}
