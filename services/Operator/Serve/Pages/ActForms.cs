using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.DeadLetters;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>What is asked before dead letters are replayed or discarded, and the answer. It needs no script.</summary>
internal static class ActForms
{
    private const int MaxShown = 20;

    /// <summary>The filter as hidden fields.</summary>
    public static Html Hidden(DeadLetterFilter filter) => Html.Each(
        filter.Parts().Where(part => part.Value is not null), part => Html.Of($"""<input type="hidden" name="{part.Name}" value="{part.Value}">"""));

    /// <summary>Says what would be done to how many messages, and asks.</summary>
    public static async Task<IResult> CheckAsync(HttpContext context, Layout layout, DeadLetterActs acts, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var act = form["act"].ToString();
        var isAll = act.EndsWith("-all", StringComparison.Ordinal);
        var kind = act.StartsWith("replay", StringComparison.Ordinal) ? JobKind.Replay : JobKind.Discard;
        var request = Read(form, isAll);
        if (request.Ids is { Count: 0 })
        {
            return layout.ShowProblem(context, "Nothing is selected", "Go back and select dead letters first.", StatusCodes.Status400BadRequest);
        }

        var (rows, refusal) = await acts.SelectAsync(request, cancellationToken);
        return refusal is not null
            ? layout.ShowProblem(context, "Nothing was done", refusal.Reason, refusal.Status)
            : layout.Show(context, $"{Name(kind)} {Words.Count(rows.Count, "dead letter")}?", ShowQuestion(kind, request, rows, layout.Now));
    }

    /// <summary>Does it.</summary>
    public static async Task<IResult> StartAsync(
        HttpContext context, Layout layout, DeadLetterActs acts, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var kind = form["act"] == "replay" ? JobKind.Replay : JobKind.Discard;
        var request = Read(form, isAll: form["all"] == "true") with
        {
            DryRun = form["how"] == "dry",
            Confirm = int.TryParse(form["confirm"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        };
        return await acts.StartAsync(kind, request, OperatorApi.NameOf(user), cancellationToken) switch
        {
            ActAnswer.Started { Job: var job } => Results.LocalRedirect($"/jobs/{job.Id}"),
            ActAnswer.Refused refused => layout.ShowProblem(context, "Nothing was done", refused.Reason, refused.Status),
            var unknown => throw new InvalidOperationException($"Unknown answer: {unknown}"),
        };
    }

    private static ActRequest Read(IFormCollection form, bool isAll) => isAll
        ? new ActRequest(Filter: new DeadLetterFilter(
            Text(form, "action"), Text(form, "queue"), Text(form, "document"), Text(form, "reason"), Text(form, "olderThan"), Text(form, "newerThan")))
        : new ActRequest(Ids: [.. form["id"].OfType<string>().Select(Uri.UnescapeDataString)]);

    private static string? Text(IFormCollection form, string name) => form[name] is [{ Length: > 0 } text] ? text : null;

    private static string Name(JobKind kind) => kind is JobKind.Replay ? "Replay" : "Discard";

    private static Html ShowQuestion(JobKind kind, ActRequest request, IReadOnlyList<DeadLetterRow> rows, DateTimeOffset now) => Html.Of($"""
        <p>{(kind is JobKind.Replay
            ? "Each document that nobody has written since is tried again: one that says so becomes a request again, and one that still is the request gets a new message. A document that was written since is left alone."
            : "Each message is removed from its queue for good. The documents stay as they are. The complete messages can be downloaded afterwards.")}</p>
        {Html.When(request.Filter is not null, () => Html.Of($"<p>Selected by filter: {Html.Visible(request.Filter!.ToString())}.</p>"))}
        <div class="scroll" role="region" aria-label="Selected dead letters" tabindex="0"><table><thead><tr><th scope="col">Document</th>
        <th scope="col">Reason</th><th scope="col">Failed</th></tr></thead><tbody>{Html.Each(rows.Take(MaxShown), row => Html.Of($"""
            <tr><th scope="row">{Html.Visible(row.Document ?? "unknown")}</th><td>{Html.Visible(row.Reason ?? "unknown")}</td>
            <td>{(row.Since is { } since ? Words.Ago(since, now) : "unknown")}</td></tr>
            """))}</tbody></table></div>
        {Html.When(rows.Count > MaxShown, () => Html.Of($"<p>… and {Words.Number(rows.Count - MaxShown)} more.</p>"))}
        <form action="/dead-letters/start" method="post" class="row">
        <input type="hidden" name="act" value="{(kind is JobKind.Replay ? "replay" : "discard")}">
        <input type="hidden" name="confirm" value="{rows.Count}">
        {(request.Filter is { } filter
            ? Html.Of($"<input type=\"hidden\" name=\"all\" value=\"true\">{Hidden(filter)}")
            : Html.Each(rows, row => Html.Of($"<input type=\"hidden\" name=\"id\" value=\"{Uri.EscapeDataString(row.Id)}\">")))}
        <button name="how" value="do">{Name(kind)} {Words.Count(rows.Count, "dead letter")}</button>
        <button name="how" value="dry" class="quiet">Only say what would be done</button>
        <a href="/dead-letters">Cancel</a></form>
        """);
}
