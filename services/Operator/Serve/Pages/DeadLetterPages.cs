using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.DeadLetters;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>The dead letters, and one of them.</summary>
internal static class DeadLetterPages
{
    private const int PageSize = 100;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A link to one dead letter.</summary>
    public static Html Link(string id, string? text = null) =>
        Html.Of($"""<a href="/dead-letters/message?id={Uri.EscapeDataString(id)}">{Html.Visible(text ?? id)}</a>""");

    public static async Task<IResult> ListAsync(
        [AsParameters] DeadLetterFilter filter,
        HttpContext context,
        Layout layout,
        DeadLetterStore store,
        ActionCatalog actions,
        CancellationToken cancellationToken,
        int page = 1)
    {
        var error = filter.FindErrors(store).FirstOrDefault();
        var list = await store.ReadAsync(cancellationToken);
        var shown = DeadLetterPage.Create(
            list, error is null ? filter.Apply(list, store, layout.Now) : [], Math.Clamp(page, 1, 1_000_000), PageSize);
        return layout.Show(
            context,
            "Dead letters",
            Html.Of($"""
                <p class="soft">Requests that have failed for good, and messages that no worker could read. Each waits for somebody to decide.</p>
                {ShowFilter(filter, actions)}
                {Html.When(error is not null, () => Html.Of($"<p class=\"trouble\" role=\"alert\">{error}</p>"))}
                {ShowCount(shown, layout.Now)}
                {Html.When(shown.Rows.Count > 0, () => ShowList(shown, filter, layout.Now, Layout.MayAct(context.User)))}
                """),
            error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    public static async Task<IResult> ShowAsync(
        string id,
        HttpContext context,
        Layout layout,
        DeadLetterStore store,
        SyncGatewayClient documents,
        ClaimsPrincipal user,
        ILogger<DeadLetterDump> log,
        CancellationToken cancellationToken,
        bool document = false)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } letter)
        {
            return layout.ShowProblem(
                context, "Dead letter", "There is no such dead letter now. It was replayed or discarded.", StatusCodes.Status404NotFound);
        }

        JsonNode? body = null;
        if (document)
        {
            log.DocumentShown(
                VisibleText.Escape(OperatorApi.NameOf(user)),
                VisibleText.Escape(letter.Request?.DocumentId ?? ""),
                VisibleText.Escape(letter.Request?.Keyspace ?? ""));
            body = await ShowCommand.ReadAsync(documents, letter, cancellationToken);
        }

        return layout.Show(context, "Dead letter", ShowLetter(letter, body, layout.Now, Layout.MayAct(user)));
    }

    private static Html ShowFilter(DeadLetterFilter filter, ActionCatalog actions) => Html.Of($"""
        <form action="/dead-letters" method="get" class="row" aria-label="Filter">
        <label>Reason <input name="reason" value="{filter.Reason}" autocomplete="off" spellcheck="false"></label>
        <label>Document id <input name="document" value="{filter.Document}" autocomplete="off" spellcheck="false"></label>
        <label>Action <select name="action">{Option("", "all", filter.Action)}{Html.Each(actions.Actions, action => Option(action.States.Name, action.States.Name, filter.Action))}</select></label>
        <label>Queue <select name="queue">{Option("", "both", filter.Queue)}{Option(DeadLetterQueue.ErrorKind, "failed", filter.Queue)}{Option(DeadLetterQueue.SkippedKind, "not readable", filter.Queue)}</select></label>
        <label>Older than <input name="olderThan" value="{filter.OlderThan}" placeholder="10m" size="6" autocomplete="off"></label>
        <label>Newer than <input name="newerThan" value="{filter.NewerThan}" placeholder="24h" size="6" autocomplete="off"></label>
        <button class="quiet">Filter</button></form>
        """);

    private static Html Option(string value, string name, string? chosen) =>
        Html.Of($"""<option value="{value}"{Html.When(value == (chosen ?? ""), () => Html.Of($" selected"))}>{name}</option>""");

    private static Html ShowCount(DeadLetterPage page, DateTimeOffset now) => Html.Of($"""
        <p><strong>{Words.Count(page.Matching, "dead letter")}</strong> of {Words.Number(page.All)}, read {Words.Ago(page.ReadAt, now)}.
        {Html.When(page.IsLocked, () => Html.Of($"Some are being replayed or discarded now, see <a href=\"/jobs\">jobs</a>; this is what they were before."))}
        {Html.When(page.NotRead > 0, () => Html.Of($"{Words.Number(page.NotRead)} more are not shown, because only the {Words.Number(DeadLetterStore.Limit)} oldest of each queue are read."))}</p>
        """);

    private static Html ShowList(DeadLetterPage page, DeadLetterFilter filter, DateTimeOffset now, bool mayAct) => Html.Of($"""
        <form action="/dead-letters/check" method="post">
        {ActForms.Hidden(filter)}
        <div class="scroll" role="region" aria-label="Dead letters" tabindex="0"><table class="letters">
        <thead><tr>{Html.When(mayAct, () => Html.Of($"<th scope=\"col\">Select</th>"))}<th scope="col">Document</th><th scope="col">Reason</th>
        <th scope="col">In words</th><th scope="col">Failed</th><th scope="col">Message</th></tr></thead>
        <tbody>{Html.Each(page.Rows, row => ShowRow(row, now, mayAct))}</tbody></table></div>
        {Html.When(mayAct, () => Html.Of($"""
            <p class="row"><button name="act" value="replay">Replay selected…</button>
            <button name="act" value="discard" class="quiet">Discard selected…</button>
            <button name="act" value="replay-all" class="quiet">Replay all {page.Matching} of this filter…</button>
            <button name="act" value="discard-all" class="quiet">Discard all {page.Matching} of this filter…</button></p>
            <p class="soft">Each asks again before anything is done.</p>
            """))}</form>
        {ShowPages(page, filter)}
        """);

    private static Html ShowRow(DeadLetterRow row, DateTimeOffset now, bool mayAct) => Html.Of($"""
        <tr>{Html.When(mayAct, () => Html.Of($"""
            <td><input type="checkbox" name="id" value="{Uri.EscapeDataString(row.Id)}" aria-label="Select the message of {Html.Visible(row.Document ?? row.Id)}"></td>
            """))}<th scope="row">{DocumentForm.Link(row.Keyspace, row.Document)}</th>
        <td>{Html.Visible(row.Reason ?? "unknown")}</td><td>{Html.Visible(row.Text ?? "")}</td>
        <td>{(row.Since is { } since ? Words.Ago(since, now) : "unknown")}</td><td>{Link(row.Id)}</td></tr>
        """);

    private static Html ShowPages(DeadLetterPage page, DeadLetterFilter filter) => Html.When(page.Pages > 1, () => Html.Of($"""
        <nav class="row" aria-label="Pages of dead letters">
        {Html.When(page.Page > 1, () => Html.Of($"<a rel=\"prev\" href=\"{PageAddress(filter, page.Page - 1)}\">Previous page</a>"))}
        <span>Page {page.Page} of {page.Pages}</span>
        {Html.When(page.Page < page.Pages, () => Html.Of($"<a rel=\"next\" href=\"{PageAddress(filter, page.Page + 1)}\">Next page</a>"))}</nav>
        """));

    private static string PageAddress(DeadLetterFilter filter, int page) =>
        $"/dead-letters?page={page}" + string.Concat(filter.Parts()
            .Where(part => part.Value is not null)
            .Select(part => $"&{part.Name}={Uri.EscapeDataString(part.Value!)}"));

    private static Html ShowLetter(DeadLetter letter, JsonNode? document, DateTimeOffset now, bool mayAct)
    {
        var (row, dump) = (DeadLetterRow.From(letter), DeadLetterDump.From(letter));
        return Html.Of($"""
            <p class="headline">{Html.Visible(row.Text ?? "Nobody says why it is here.")}</p>
            <dl><div><dt>Document</dt><dd>{DocumentForm.Link(row.Keyspace, row.Document)}</dd></div>
            <div><dt>Reason</dt><dd>{Html.Visible(row.Reason ?? "unknown")}</dd></div>
            <div><dt>Failed</dt><dd>{(row.Since is { } since ? $"{Words.Ago(since, now)}, {Words.Time(since)}" : "unknown")}</dd></div>
            <div><dt>Requested</dt><dd>{(row.RequestedAt is { } requested ? Words.Time(requested) : "unknown")}</dd></div>
            <div><dt>Revision of the request</dt><dd>{Html.Visible(row.Revision ?? "unknown")}</dd></div>
            <div><dt>Revision of the failure</dt><dd>{Html.Visible(letter.FailureRevision ?? "none: the document does not say that it failed")}</dd></div>
            <div><dt>Queue</dt><dd>{row.Queue}</dd></div><div><dt>Message</dt><dd>{Html.Visible(row.Id)}</dd></div></dl>
            {Html.When(mayAct, () => Html.Of($"""
                <form action="/dead-letters/check" method="post" class="row">
                <input type="hidden" name="id" value="{Uri.EscapeDataString(row.Id)}">
                <button name="act" value="replay">Replay…</button><button name="act" value="discard" class="quiet">Discard…</button></form>
                """))}
            <h2>Headers</h2>
            <div class="scroll" role="region" aria-label="Headers" tabindex="0"><table><thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead>
            <tbody>{Html.Each(dump.Headers.OrderBy(header => header.Key, StringComparer.Ordinal), ShowHeader)}</tbody></table></div>
            <h2>Message</h2>
            <pre tabindex="0">{dump.Message?.ToJsonString(Indented) ?? "null"}</pre>
            <h2>The document now</h2>
            {ShowDocument(row, document)}
            """);
    }

    private static Html ShowHeader(KeyValuePair<string, JsonNode?> header) => Html.Of($"""
        <tr><th scope="row">{Html.Visible(header.Key)}</th><td class="value">{Html.Visible(header.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : header.Value?.ToJsonString())}</td></tr>
        """);

    private static Html ShowDocument(DeadLetterRow row, JsonNode? document) => document is not null
        ? Html.Of($"<pre tabindex=\"0\">{document.ToJsonString(Indented)}</pre>")
        : Html.Of($"""
            <p><a href="/dead-letters/message?id={Uri.EscapeDataString(row.Id)}&amp;document=true">Show the document</a>
            <span class="soft">It may contain personal data, and it is logged who was shown it.</span></p>
            """);
}
