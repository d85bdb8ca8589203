using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Schedules;

/// <summary>Reads schedules from the configuration. Each error names its key and what to write instead.</summary>
internal sealed partial class ScheduleReader(IOptions<GatewayOptions> gateway, ActionCatalog catalog, TimeProvider clock)
    : IValidateOptions<NamedSections<ScheduleOptions>>
{
    private const int MaxDocumentBytes = 1024 * 1024;
    private static readonly TimeSpan MinMissedAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxMissedAfter = TimeSpan.FromDays(1);

    // The gateway sets these itself.
    private static readonly string[] SetByGateway = ["requestedAt", TraceContext.Name];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Document.MaxDepth };

    /// <summary>The schedules of a valid configuration.</summary>
    public IEnumerable<Schedule> Read(NamedSections<ScheduleOptions> sections) =>
        sections.ByName.Select(section => Read(section.Key, section.Value, [])!);

    public ValidateOptionsResult Validate(string? name, NamedSections<ScheduleOptions> options)
    {
        var errors = new List<string>();
        foreach (var section in options.ByName)
        {
            Read(section.Key, section.Value, errors);
        }

        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <returns>Null when there are errors.</returns>
    private Schedule? Read(string name, ScheduleOptions options, List<string> errors)
    {
        var count = errors.Count;
        var path = $"{ScheduleOptions.Section}:{name}";
        if (!NamePattern.IsMatch(name))
        {
            errors.Add($"{path}: the name of a schedule has 1 to 100 letters, digits, dots, hyphens and underscores, and a letter or digit first.");
        }

        if (options.MissedAfter < MinMissedAfter || options.MissedAfter > MaxMissedAfter)
        {
            errors.Add($"{path}:MissedAfter must be from 00:00:01 to 1.00:00:00.");
        }

        var times = ReadTimes(path, options, errors);
        var keyspace = ReadKeyspace(path, options, errors);
        var body = ReadDocument(path + ":Document", options.Document, errors);
        return errors.Count > count
            ? null
            : new Schedule(name, $"{options.Cron} {options.TimeZone}", times!, keyspace!, body!, options.Missed, options.MissedAfter);
    }

    private DueTimes? ReadTimes(string path, ScheduleOptions options, List<string> errors)
    {
        if (options.Cron is "")
        {
            errors.Add($"{path}:Cron is missing: set it to cron fields, for example 0 9 * * 1-5 for 09:00 from Monday to Friday.");
            return null;
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out var zone))
        {
            errors.Add($"{path}:TimeZone is '{options.TimeZone}', which is not known here: make it an IANA name like Europe/Berlin.");
            return null;
        }

        try
        {
            var times = DueTimes.Parse(options.Cron, zone);
            if (times.Next(clock.GetUtcNow()) is not null)
            {
                return times;
            }

            errors.Add($"{path}:Cron is '{options.Cron}', which is never due: make it a date that exists.");
        }
        catch (FormatException error)
        {
            errors.Add($"{path}:Cron is '{options.Cron}': {error.Message.TrimEnd('.')}. Make it fields like 0 9 * * 1-5.");
        }

        return null;
    }

    private string? ReadKeyspace(string path, ScheduleOptions options, List<string> errors)
    {
        var accepted = gateway.Value.Accepted;
        switch (options.Keyspace)
        {
            case null or "" when accepted.Count == 1:
                return accepted[0];
            case null or "":
                errors.Add($"{path}:Keyspace is missing: make it one of Gateway:Keyspaces ({string.Join(", ", accepted)}).");
                return null;
            case { } keyspace when accepted.Contains(keyspace):
                return keyspace;
            default:
                errors.Add($"{path}:Keyspace is '{options.Keyspace}', where no gateway looks for requests: make it one of Gateway:Keyspaces "
                    + $"({string.Join(", ", accepted)}).");
                return null;
        }
    }

    private RawObject? ReadDocument(string key, string text, List<string> errors)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxDocumentBytes)
        {
            errors.Add($"{key} has more than {MaxDocumentBytes} bytes: make it smaller.");
            return null;
        }

        if (text is "" || Parse(text) is not { } json)
        {
            var problem = text is "" ? "is missing" : @"is not one JSON object without repeated names and half characters like \ud800";
            errors.Add($"{key} {problem}: make it one text like {{\"action\":\"{catalog.Actions[0].States.Request}\"}}. "
                + "It is not a section, because the configuration does not keep numbers and true.");
            return null;
        }

        var count = errors.Count;
        errors.AddRange(json.Select(member => member.Key)
            .Where(name => name.StartsWith('_') || SetByGateway.Contains(name))
            .Select(name => $"{key} must not contain {name}, which {(name[0] == '_' ? "belongs to Sync Gateway" : "the gateway sets")}."));
        var requests = catalog.Actions.Select(action => action.States.Request).ToArray();
        if (json["action"] is not JsonValue action || !action.TryGetValue<string>(out var request) || !requests.Contains(request))
        {
            errors.Add($"{key} must request an action: make its action one of {string.Join(", ", requests)}.");
        }

        return errors.Count > count ? null : RawObject.From(json);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Strict) as JsonObject;

            // Only writing reads every text.
            _ = json is null ? null : RawObject.From(json);
            return json;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern { get; }
}
