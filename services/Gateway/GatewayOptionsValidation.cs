using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway;

internal sealed partial class GatewayOptionsValidation : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var mistakes = options.Accepted
            .Where(keyspace => !Keyspace().IsMatch(keyspace))
            .Select(keyspace => $"Gateway:Keyspaces has '{keyspace}', which is none: write db, db.collection or db.scope.collection.")
            .Concat(Twice(options))
            .Concat(Times(options))
            .ToArray();
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    // A database has one scope, so its collections are told apart by their names alone. Two followers would fight over one checkpoint.
    private static IEnumerable<string> Twice(GatewayOptions options) => options.Accepted.Distinct()
        .GroupBy(keyspace => keyspace.Split('.') switch
        {
            [var database] => (database, "_default"),
            var parts => (parts[0], parts[^1]),
        })
        .Where(same => same.Count() > 1)
        .Select(same => $"Gateway:Keyspaces names one keyspace in {same.Count()} ways: {string.Join(", ", same)}. Keep one of them.");

    private static IEnumerable<string> Times(GatewayOptions options)
    {
        if (options.RepublishAfter <= options.CatchUpGrace)
        {
            yield return "Gateway:RepublishAfter must be longer than Gateway:CatchUpGrace, for example 02:00:00.";
        }
    }

    [GeneratedRegex(@"^[a-z][-a-z0-9_$()+/]*(\.[A-Za-z0-9_%-]+){0,2}$")]
    private static partial Regex Keyspace();
}
