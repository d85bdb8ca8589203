using Microsoft.AspNetCore.Http;
using OfflineActions.Contracts;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>Gateways and workers, as they describe themselves.</summary>
internal static class ServicesPage
{
    public static IResult Show(HttpContext context, Layout layout, PresenceBoard board) =>
        layout.Show(context, "Gateways and workers", Html.Of($"""
            <p class="soft">Each says every few seconds what it does. Who has said nothing yet is not here.</p>
            <div id="services" data-live>{ShowServices(board, layout.Now)}</div>
            """), refresh: 2);

    private static Html ShowServices(PresenceBoard board, DateTimeOffset now)
    {
        var services = board.List();
        if (services.Count > 0)
        {
            return Html.Each(services, service => ShowService(service, now));
        }

        return board.ListeningFor is { } listening
            ? Html.Of($"<p>Nobody has said anything in the {Words.Duration(listening)} that this page has listened.</p>")
            : Html.Of($"<p>Unknown: this page hears nobody, because the broker cannot be used.</p>");
    }

    private static Html ShowService(KnownService service, DateTimeOffset now)
    {
        var presence = service.Presence;
        var (state, words) = service.State switch
        {
            ServiceState.Running => ("fine", "runs"),
            ServiceState.Stopped => ("unknown", $"has stopped in order {Words.Ago(service.HeardAt, now)}"),
            ServiceState.Silent => ("trouble", $"silent: heard last {Words.Ago(service.HeardAt, now)}. It was killed, is frozen, or has lost the broker"),
            _ => ("unknown", "unknown, because the broker cannot be used"),
        };
        return Html.Of($"""
            <section class="part {state}"><h2>{Html.Visible(presence.Service)} on {Html.Visible(presence.Machine)}, process {presence.ProcessId}</h2>
            <p class="state">{words}</p>
            <p class="soft">Version {Html.Visible(Words.Version(presence.Version))}, since {Words.Time(presence.StartedAt)} ({Words.Ago(presence.StartedAt, now)})</p>
            {Html.Each(presence.Actions, action => ShowAction(presence, action, now))}
            {Html.When(presence.Keyspaces.Count > 0, () => ShowKeyspaces(presence.Keyspaces))}</section>
            """);
    }

    private static Html ShowAction(ServicePresence worker, ActionPresence action, DateTimeOffset now) => Html.Of($"""
        <h3>{Html.Visible(action.Action)}: {action.Running} of at most {action.Limit} messages in work</h3>
        <p>Circuit breaker: {ActionFigures.DescribeBreaker(BreakerOverview.Create(worker, action, now))}</p>
        {Html.When(action.Pause is not null, () => Html.Of($"{PausePage.Describe(action.Pause!, now)}"))}
        {Html.When(action.LastTrouble is not null, () => Html.Of($"""
            <p>{Words.Count(action.LastTrouble!.Count, "attempt")} without a result since the start; the last {Words.Ago(action.LastTrouble.At, now)}:
            {Html.Visible(action.LastTrouble.Reason)}</p>
            """))}
        {Html.When(action.Oldest.Count > 0, () => Html.Of($"""
            <div class="scroll" role="region" aria-label="Messages in work" tabindex="0"><table><caption>In work for longest</caption>
            <thead><tr><th scope="col">Document</th><th scope="col">Keyspace</th><th scope="col" class="number">For</th></tr></thead>
            <tbody>{Html.Each(action.Oldest, ShowRequest)}</tbody></table></div>
            """))}
        """);

    private static Html ShowRequest(RunningRequest request) => Html.Of($"""
        <tr><th scope="row">{DocumentForm.Link(request.Keyspace, request.DocumentId)}</th><td>{Html.Visible(request.Keyspace)}</td>
        <td class="number">{Words.Number(request.Seconds, "0.#")} s</td></tr>
        """);

    private static Html ShowKeyspaces(IReadOnlyList<KeyspacePresence> keyspaces) => Html.Of($"""
        <div class="scroll" role="region" aria-label="Keyspaces" tabindex="0"><table><caption>Keyspaces</caption>
        <thead><tr><th scope="col">Keyspace</th><th scope="col">Changes feed</th><th scope="col" class="number">Open requests</th>
        <th scope="col" class="number">Behind by</th><th scope="col">Open for</th></tr></thead>
        <tbody>{Html.Each(keyspaces, ShowKeyspace)}</tbody></table></div>
        """);

    private static Html ShowKeyspace(KeyspacePresence keyspace) => Html.Of($"""
        <tr><th scope="row">{Html.Visible(keyspace.Keyspace)}</th>
        <td>{Html.Visible(keyspace.Problem is { } problem ? $"not followed: {problem}" : keyspace.IsFollowing ? "followed" : "standby: another gateway follows it")}</td>
        <td class="number">{Words.Number(keyspace.Open)}</td>
        <td class="number">{(keyspace.LagSeconds is { } lag ? $"{Words.Number(lag, "0.#")} s" : "unknown")}</td>
        <td>{string.Join(", ", keyspace.OpenByAge.Where(age => age.Count > 0).Select(Describe))}</td></tr>
        """);

    private static string Describe(OpenByAge age) => age.BelowSeconds is { } below
        ? $"{Words.Number(age.Count)} for less than {Words.Duration(TimeSpan.FromSeconds(Math.Clamp(below, 0, 1e6)))}"
        : $"{Words.Number(age.Count)} for longer";
}
