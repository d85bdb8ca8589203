using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Gateway;

internal sealed partial class GatewayOptionsValidation : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var mistakes = options.Accepted
            .Where(keyspace => !Keyspace().IsMatch(keyspace))
            .Select(keyspace => $"Gateway:Keyspaces has '{keyspace}', which is none: write db, db.collection or db.scope.collection.")
            .ToArray();
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    [GeneratedRegex(@"^[a-z][-a-z0-9_$()+/]*(\.[A-Za-z0-9_%-]+){0,2}$")]
    private static partial Regex Keyspace();
}
