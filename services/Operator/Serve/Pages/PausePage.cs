using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OfflineActions.Contracts;
using OfflineActions.Operator.Pausing;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.Pausing;
using OfflineActions.Operator.Serve.State;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>What is asked before an action is paused or resumed, and the answer. It needs no script.</summary>
internal static class PausePage
{
    public static IResult Show(HttpContext context, Layout layout, StateWatch watch, ActionCatalog actions, string? action = null)
    {
        if (actions.FindAction(action) is null)
        {
            return layout.ShowProblem(context, "Pause", "There is no such action.", StatusCodes.Status404NotFound);
        }

        var now = watch.Now.Actions.FirstOrDefault(known => known.Action == action);
        var mayAct = Layout.MayAct(context.User);
        return now?.Pause is { } pause
            ? layout.Show(context, $"Resume {action}?", Html.Of($"""
                {Describe(pause, layout.Now)}
                <p>{Words.Count(now.Waiting ?? 0, "message")} {(now.Waiting == 1 ? "waits" : "wait")}. Workers take them again within about a second.</p>
                {ShowForm(mayAct, Html.Of($"""
                    <input type="hidden" name="action" value="{action}"><input type="hidden" name="since" value="{pause.Since?.ToString("O")}">
                    <button name="act" value="resume">Resume {action}</button>
                    """))}
                """))
            : layout.Show(context, $"Pause {action}?", Html.Of($"""
                <p>Workers take no more messages within about a second. What they hold is finished. New requests are accepted and wait with
                everything else until you resume the action. Restarts change nothing: the pause is in the broker.</p>
                {ShowForm(mayAct, Html.Of($"""
                    <input type="hidden" name="action" value="{action}">
                    <label>Why, for everybody who sees it <input name="reason" required maxlength="{ActionPause.MaxText}" size="40" autocomplete="off"></label>
                    <button name="act" value="pause">Pause {action}</button>
                    """))}
                """));
    }

    public static async Task<IResult> ActAsync(
        HttpContext context, Layout layout, PauseActs acts, StateWatch watch, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (action, name) = (form["action"].ToString(), OperatorApi.NameOf(user));
        var answer = form["act"] == "resume"
            ? await acts.ResumeAsync(action, new ResumeRequest(action, Rfc3339.Parse(form["since"].ToString())), name, cancellationToken)
            : await acts.PauseAsync(action, new PauseRequest(form["reason"].ToString(), action), name, cancellationToken);
        return answer switch
        {
            PauseAnswer.Done { Row: var row } => layout.Show(context, row.Paused ? $"{action} is paused" : $"{action} is resumed", Html.Of($"""
                <p class="headline">{Html.Visible(DescribeChange(row))}</p><p><a href="/">Overview</a></p>
                """)),
            PauseAnswer.Refused refused => layout.ShowProblem(context, "Nothing was done", refused.Reason, refused.Status),
            var unknown => throw new InvalidOperationException($"Unknown answer: {unknown}"),
        };
    }

    /// <summary>Since when, by whom and why.</summary>
    public static Html Describe(ActionPause pause, DateTimeOffset now) => Html.Of($"""
        <p class="paused">Paused {(pause.Since is { } since ? $"{Words.Ago(since, now)} ({Words.Time(since)})" : "at an unknown time")} by
        {Html.Visible(pause.By ?? "unknown")}: {Html.Visible(pause.Reason ?? "nobody says why")}</p>
        """);

    private static Html ShowForm(bool mayAct, Html fields) => mayAct
        ? Html.Of($"""<form action="/pause" method="post" class="row">{fields}<a href="/">Cancel</a></form>""")
        : Html.Of($"<p>Your role is look: ask somebody who may act.</p>");

    private static string DescribeChange(PauseRow row) => row switch
    {
        { Paused: true, Changed: true } => "Workers stop taking its messages within about a second.",
        { Paused: true } => $"It was paused already, {new ActionPause(row.By, row.Since, row.Reason)}. Nothing was changed.",
        { Changed: true } => "Workers take its messages again within about a second.",
        _ => "It was not paused. Nothing was changed.",
    };
}
