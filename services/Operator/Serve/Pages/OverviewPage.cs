using Microsoft.AspNetCore.Http;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>The first page: what is wrong and what to do, then every part and every queue.</summary>
internal static class OverviewPage
{
    public static IResult Show(HttpContext context, Layout layout, StateWatch watch, DelayReading delays)
    {
        delays.Attend();
        var now = watch.Now;
        return layout.Show(context, "Overview", Html.Of($"""
            <section aria-labelledby="why"><h2 id="why">Why has a document no result yet?</h2>
            {DocumentForm.Show(null, null)}</section>
            <div id="troubles" data-live>{ShowTroubles(now)}</div>
            <section aria-labelledby="parts"><h2 id="parts">Parts</h2>
            <div id="part-list" data-live><ul class="parts">{Html.Each(now.Parts, ShowPart)}</ul></div></section>
            <div id="actions" data-live>{Html.Each(now.Actions, action => ShowAction(action, watch, layout.Now))}</div>
            """), refresh: 2);
    }

    private static Html ShowTroubles(Overview now) => Html.When(now.Troubles.Any(), () => Html.Of($"""
        <section aria-labelledby="trouble"><h2 id="trouble">What is wrong</h2>
        {Html.Each(now.Troubles, part => Html.Of($"""
            <div class="trouble"><h3>{part.Name}</h3><p>{Html.Visible(part.Words)}</p>
            {Html.When(part.Advice is not null, () => Html.Of($"<p class=\"advice\">{part.Advice}</p>"))}</div>
            """))}</section>
        """));

    private static Html ShowPart(PartState part)
    {
        var (state, words) = part.Health switch
        {
            Health.Fine => ("fine", "works"),
            Health.Trouble => ("trouble", "trouble"),
            Health.Paused => ("paused", "paused"),
            _ => ("unknown", "unknown"),
        };
        return Html.Of($"""
            <li class="part {state}"><h3>{part.Name}</h3><p class="state">{words}</p><p>{Html.Visible(part.Words)}</p></li>
            """);
    }

    private static Html ShowAction(ActionOverview action, StateWatch watch, DateTimeOffset now)
    {
        var history = watch.GetHistory(action.Action);
        return Html.Of($"""
            <section><h2>Action {action.Action}</h2>
            {(action.Pause is { } pause
                ? Html.Of($"{PausePage.Describe(pause, now)}<p><a href=\"/pause?action={Uri.EscapeDataString(action.Action)}\">Resume {action.Action}…</a></p>")
                : Html.Of($"<p><a href=\"/pause?action={Uri.EscapeDataString(action.Action)}\">Pause {action.Action}…</a></p>"))}
            {ActionFigures.Show(action)}
            {Html.When(action.Failed > 0, () => Html.Of($"<p><a href=\"/dead-letters?action={Uri.EscapeDataString(action.Action)}\">{Words.Count(action.Failed ?? 0, "dead letter")} to decide on</a></p>"))}
            <div class="charts">
            {Chart.Draw("Results in a minute", history, point => point.DoneInMinute, now)}
            {Chart.Draw("Messages that wait for a worker", history, point => point.Waiting, now)}
            {Chart.Draw("Messages that wait for the next attempt", history, point => point.Delayed, now)}
            {Chart.Draw("Dead letters", history, point => point.Failed, now)}
            </div>
            <div class="scroll" role="region" aria-label="Queues of {action.Action}" tabindex="0"><table>
            <thead><tr><th scope="col">Queue</th><th scope="col">Its messages</th><th scope="col" class="number">Waiting</th>
            <th scope="col" class="number">Being worked on</th><th scope="col" class="number">Consumers</th></tr></thead>
            <tbody>{Html.Each(action.Queues, queue => ShowQueue(queue, now))}</tbody></table></div></section>
            """);
    }

    private static Html ShowQueue(QueueOverview queue, DateTimeOffset now) => Html.Of($"""
        <tr><th scope="row">{queue.Name}</th><td>{queue.Meaning}{ActionFigures.DescribeDue(queue, now)}</td>
        <td class="number">{(queue.Exists ? Words.Number(queue.Ready) : "no such queue")}</td>
        <td class="number">{Words.Number(queue.Held)}</td><td class="number">{Words.Number(queue.Consumers)}</td></tr>
        """);
}
