using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Worker.Actions;
using Worker.Actions.Person;

namespace Microservices.Tests.Person;

/// <summary>The person action as a worker has it, pointed at the given hosts.</summary>
internal sealed class PersonRig : IDisposable
{
    private readonly IHost host;

    private PersonRig(IHost host) => this.host = host;

    public SharedCache Cache => host.Services.GetRequiredService<SharedCache>();

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

        return builder.AddPersonAction().Build();
    }

    public Task<ActionResult> Ask(int id, CancellationToken cancelled = default) => Ask($$"""{"personId":{{id}}}""", cancelled: cancelled);

    public Task<ActionResult> Ask(string inputs = "{}", string document = "doc", string revision = "1-a", CancellationToken cancelled = default) =>
        Perform(host, inputs, document, revision, cancelled);

    public static Task<ActionResult> Perform(
        IHost host,
        string inputs,
        string document = "doc",
        string revision = "1-a",
        CancellationToken cancelled = default) =>
        host.Services.GetRequiredService<PersonHandler>()
            .Perform(new ActionRequest(document, revision, JsonNode.Parse(inputs)!.AsObject()), cancelled);

    public void Dispose() => host.Dispose();
}
