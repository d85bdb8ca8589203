using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

/// <summary>The person action with the services of a worker, connected to the given instances.</summary>
internal sealed class PersonRig : IDisposable
{
    private readonly IHost host;

    private PersonRig(IHost host) => this.host = host;

    public static PersonRig Over(params ScriptedHost[] hosts) => Over(hosts, new());

    public static PersonRig Over(IEnumerable<ScriptedHost> hosts, Dictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var addresses = hosts.Select((host, index) => KeyValuePair.Create($"Swapi:BaseAddresses:{index}", (string?)host.Api.AbsoluteUri));
        return new(Configured(settings.Concat(addresses), clock));
    }

    public static IHost Configured(IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider? clock = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);

        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }

        PersonModule.AddServices(builder.Services);
        builder.Services.AddSingleton<PersonHandler>();
        return builder.Build();
    }

    public Task<ActionResult> AskAsync(int id, CancellationToken cancellationToken = default) =>
        AskAsync($$"""{"personId":{{id}}}""", cancellationToken: cancellationToken);

    public Task<ActionResult> AskAsync(
        string inputs = "{}", string document = "doc", string revision = "1-a", CancellationToken cancellationToken = default) =>
        PerformAsync(host, inputs, document, revision, cancellationToken);

    public static Task<ActionResult> PerformAsync(
        IHost host,
        string inputs,
        string document = "doc",
        string revision = "1-a",
        CancellationToken cancellationToken = default) =>
        host.Services.GetRequiredService<PersonHandler>()
            .PerformAsync(new ActionRequest(document, revision, JsonNode.Parse(inputs)!.AsObject()), cancellationToken);

    public void Dispose() => host.Dispose();
}
