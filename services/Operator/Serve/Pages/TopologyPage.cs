using Microsoft.AspNetCore.Http;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>Whether every queue is as this version declares it.</summary>
internal static class TopologyPage
{
    public static async Task<IResult> ShowAsync(
        HttpContext context, Layout layout, TopologyReading topology, CancellationToken cancellationToken)
    {
        var read = await topology.ReadAsync(cancellationToken);
        return layout.Show(context, "Queues", read.Findings.Count == 0
            ? Html.Of($"<p class=\"headline\">All {read.Queues} queues are as this version declares them.</p>")
            : Html.Of($"""
                <p>The first service that starts declares a missing queue. A queue that differs cannot be changed: let the workers empty it, then delete it.</p>
                <div class="scroll" role="region" aria-label="Findings" tabindex="0"><table><thead><tr><th scope="col">Queue</th><th scope="col">Problem</th>
                <th scope="col">Argument</th><th scope="col">On the broker</th><th scope="col">Declared</th></tr></thead>
                <tbody>{Html.Each(read.Findings, finding => Html.Of($"""
                    <tr><th scope="row">{finding.Queue}</th><td>{finding.Problem}</td><td>{Html.Visible(finding.Argument ?? "-")}</td>
                    <td>{Html.Visible(finding.Live ?? "-")}</td><td>{Html.Visible(finding.Wanted ?? "-")}</td></tr>
                    """))}</tbody></table></div>
                """));
    }
}
