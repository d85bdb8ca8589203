using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway;

internal sealed class GatewayOptionsValidation : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var errors = options.Accepted
            .Where(keyspace => !Keyspace.IsValid(keyspace))
            .Select(keyspace => $"Gateway:Keyspaces contains '{keyspace}', which is not a keyspace: write {Keyspace.Expected}.")
            .Concat(FindDuplicates(options))
            .Concat((options.KnownProxies ?? []).Index()
                .Where(proxy => KnownProxies.Parse(proxy.Item) is null)
                .Select(proxy => $"Gateway:KnownProxies:{proxy.Index} must be an address or a network, for example 10.0.0.5 or 10.0.0.0/24."))
            .Concat(CheckTimes(options))
            .ToArray();
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // A database has one scope, so the name of a collection identifies it. Two followers of one keyspace would overwrite one checkpoint.
    private static IEnumerable<string> FindDuplicates(GatewayOptions options) => options.Accepted.Distinct()
        .GroupBy(keyspace => keyspace.Split('.') switch
        {
            [var database] => (database, "_default"),
            var parts => (parts[0], parts[^1]),
        })
        .Where(same => same.Count() > 1)
        .Select(same => $"Gateway:Keyspaces names one keyspace in {same.Count()} ways: {string.Join(", ", same)}. Keep one of them.");

    private static IEnumerable<string> CheckTimes(GatewayOptions options)
    {
        if (options.RepublishAfter <= options.CatchUpGrace)
        {
            yield return "Gateway:RepublishAfter must be longer than Gateway:CatchUpGrace, for example 02:00:00.";
        }
    }
}
