using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Gateway.Schedules;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.Schedules;

public sealed class ScheduleReaderTests
{
    private const string Nightly = """{"action":"person_request"}""";

    [Test]
    public void A_schedule_has_defaults()
    {
        var schedule = Read(("nightly:Cron", "0 3 * * *"), ("nightly:Document", Nightly)).Single();

        Assert.That(
            (schedule.Name, schedule.Keyspace, schedule.Missed, schedule.MissedAfter, $"{schedule.Body}"),
            Is.EqualTo(("nightly", "db", MissedDueTimes.Newest, TimeSpan.FromMinutes(1), Nightly)));
        Assert.That(schedule.Times.Next(Scheduler.Time("2026-07-01T00:00Z")), Is.EqualTo(Scheduler.Time("2026-07-01T03:00Z")));
    }

    [Test]
    public void Every_setting_can_be_set()
    {
        var schedule = Read(
            ("a.b-C_1:Cron", "30 0 3 * * *"), ("a.b-C_1:TimeZone", "Europe/Berlin"), ("a.b-C_1:Keyspace", "db"), ("a.b-C_1:Document", Nightly),
            ("a.b-C_1:Missed", "all"), ("a.b-C_1:MissedAfter", "00:10:00")).Single();

        Assert.That(
            (schedule.Name, schedule.Missed, schedule.MissedAfter), Is.EqualTo(("a.b-c_1", MissedDueTimes.All, TimeSpan.FromMinutes(10))));
        Assert.That(schedule.Times.Next(Scheduler.Time("2026-07-01T00:00Z")), Is.EqualTo(Scheduler.Time("2026-07-01T01:00:30Z")));
    }

    [TestCase("""{"action":"person_request","then":["person_request"],"priority":"bulk"}""")]
    [TestCase("""{"action":"person_request","n":1.0,"big":123456789012345678901234567890,"t":true,"z":null,"deep":[[{"_a":[]}]],"é":"\u00e9<&"}""")]
    public void Any_other_property_is_kept_as_it_is_written(string document)
    {
        var body = Read(("x:Cron", "0 3 * * *"), ("x:Document", document)).Single().Body;

        Assert.That(System.Text.Json.Nodes.JsonNode.DeepEquals(
            body.ToJsonObject(), System.Text.Json.Nodes.JsonNode.Parse(document)), Is.True, $"{body}");
        Assert.That($"{body}".Contains("1.0", StringComparison.Ordinal), Is.EqualTo(document.Contains("1.0", StringComparison.Ordinal)));
    }

    [TestCase("Cron", "", "Schedules:x:Cron is missing: set it to cron fields, for example 0 9 * * 1-5 for 09:00 from Monday to Friday.")]
    [TestCase("Cron", "@daily", "Schedules:x:Cron is '@daily': it has 1 fields instead of 5, or 6 with seconds first. Make it fields like 0 9 * * 1-5.")]
    [TestCase("Cron", "0 99 * * *", "Schedules:x:Cron is '0 99 * * *': The given cron expression has an invalid format. Hours: Value must be a number")]
    [TestCase("Cron", "0 0 30 2 *", "Schedules:x:Cron is '0 0 30 2 *', which is never due: make it a date that exists.")]
    [TestCase("Cron", "0 0 0 30 2 *", "Schedules:x:Cron is '0 0 0 30 2 *', which is never due")]
    [TestCase("Crom", "0 3 * * *", "Schedules:x:Crom is not known: use one of Cron, TimeZone, Keyspace, Document, Missed, MissedAfter, or remove it.")]
    [TestCase("TimeZone", "Europe/Berln", "Schedules:x:TimeZone is 'Europe/Berln', which is not known here: make it an IANA name like Europe/Berlin.")]
    [TestCase("TimeZone", "../../etc/passwd", "Schedules:x:TimeZone is '../../etc/passwd', which is not known here")]
    [TestCase("TimeZone", "", "Schedules:x:TimeZone is '', which is not known here")]
    [TestCase("Keyspace", "other", "Schedules:x:Keyspace is 'other', where no gateway looks for requests: make it one of Gateway:Keyspaces (db).")]
    [TestCase("Missed", "Some", "Schedules:x:Missed is 'Some': make it Newest or All or None.")]
    [TestCase("Missed", "7", "Schedules:x:Missed is '7': make it Newest or All or None.")]
    [TestCase("MissedAfter", "soon", "Schedules:x:MissedAfter is 'soon': make it a time like 00:00:10.")]
    [TestCase("MissedAfter", "00:00:00", "Schedules:x:MissedAfter must be from 00:00:01 to 1.00:00:00.")]
    [TestCase("MissedAfter", "-00:00:10", "Schedules:x:MissedAfter must be from 00:00:01 to 1.00:00:00.")]
    [TestCase("Document", "", """Schedules:x:Document is missing: make it one text like {"action":"person_request"}.""")]
    [TestCase("Document", "person_request", @"Schedules:x:Document is not one JSON object without repeated names and half characters like \ud800: make it one text like")]
    [TestCase("Document", """[{"action":"person_request"}]""", "Schedules:x:Document is not one JSON object")]
    [TestCase("Document", "null", "Schedules:x:Document is not one JSON object")]
    [TestCase("Document", """{"action":"person_request"} {}""", "Schedules:x:Document is not one JSON object")]
    [TestCase("Document", """{"action":"person_request","action":"x"}""", "Schedules:x:Document is not one JSON object without repeated names")]
    [TestCase("Document", """{"action":"\ud800"}""", """Schedules:x:Document is not one JSON object without repeated names and half characters like \ud800: make it""")]
    [TestCase("Document", """{"action":"person_request","\ud800":1}""", "Schedules:x:Document is not one JSON object without repeated names and half")]
    [TestCase("Document", """{"action":"person_request","a":["\udc00"]}""", "Schedules:x:Document is not one JSON object without repeated names and half")]
    [TestCase("Document", """{"action":"x_request"}""", "Schedules:x:Document must request an action: make its action one of person_request")]
    [TestCase("Document", """{"action":"person_success"}""", "Schedules:x:Document must request an action")]
    [TestCase("Document", """{"action":["person_request"]}""", "Schedules:x:Document must request an action")]
    [TestCase("Document", "{}", "Schedules:x:Document must request an action")]
    [TestCase("Document", """{"action":"person_request","_id":"mine"}""", "Schedules:x:Document must not contain _id, which belongs to Sync Gateway.")]
    [TestCase("Document", """{"action":"person_request","_exp":60}""", "Schedules:x:Document must not contain _exp, which belongs to Sync Gateway.")]
    [TestCase("Document", """{"action":"person_request","traceparent":""}""", "Schedules:x:Document must not contain traceparent, which the gateway sets.")]
    [TestCase("Document", """{"action":"person_request","requestedAt":""}""", "Schedules:x:Document must not contain requestedAt, which the gateway sets.")]
    public void An_error_names_its_key_and_the_fix(string key, string value, string expected) =>
        Assert.That(
            FindErrors(("x:Cron", "0 3 * * *"), ("x:Document", Nightly), ($"x:{key}", value)).Single(), Does.StartWith(expected));

    [TestCase("ä")]
    [TestCase("a b")]
    [TestCase("a/b")]
    [TestCase("%41")]
    [TestCase("_a")]
    [TestCase("-")]
    [TestCase("a\n")]
    [TestCase("İ")]
    [TestCase("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjk")]
    public void A_name_that_would_make_an_odd_id_is_an_error(string name) =>
        Assert.That(
            FindErrors(($"{name}:Cron", "0 3 * * *"), ($"{name}:Document", Nightly)),
            Is.EqualTo([$"Schedules:{name.ToLowerInvariant()}: the name of a schedule has 1 to 100 letters, digits, dots, hyphens and underscores, and a letter or digit first."]));

    [Test]
    public void A_document_that_is_too_large_or_nested_too_deep_is_an_error() => Assert.Multiple(() =>
    {
        Assert.That(
            FindErrors(("x:Cron", "0 3 * * *"), ("x:Document", $$"""{"action":"person_request","a":"{{new string('a', 21_000_000)}}"}""")),
            Is.EqualTo(["Schedules:x:Document has more than 1048576 bytes: make it smaller."]));
        Assert.That(
            FindErrors(("x:Cron", "0 3 * * *"), ("x:Document", $$"""{"action":"person_request","a":{{new string('[', 600)}}{{new string(']', 600)}}}""")),
            Has.Exactly(1).StartsWith("Schedules:x:Document is not one JSON object"));
    });

    [Test]
    public void A_document_that_is_given_as_a_section_is_an_error_that_says_why() =>
        Assert.That(
            FindErrors(("x:Cron", "0 3 * * *"), ("x:Document:action", "person_request")),
            Has.Exactly(1).EqualTo("Schedules:x:Document is one value, but is given as a list or section: give it as Schedules:x:Document.")
                .And.Exactly(1).Contains("It is not a section, because the configuration does not keep numbers and true."));

    [Test]
    public void A_schedule_without_settings_is_an_error() => Assert.Multiple(() =>
    {
        Assert.That(FindErrors(("x", "0 3 * * *")), Has.Exactly(1).EqualTo("Schedules:x is a section, but is given as one value: give its settings as Schedules:x:…"));
        Assert.That(
            FindErrors("Schedules", "0 3 * * *"), Is.EqualTo(["Schedules is a section of named sections, but is given as one value: remove it."]));
    });

    [Test]
    public void With_several_keyspaces_a_schedule_says_which() => Assert.Multiple(() =>
    {
        (string, string)[] settings = [("x:Cron", "0 3 * * *"), ("x:Document", Nightly)];
        Assert.That(
            Scheduler.CreateReader("db.a", "db.b").Validate(null, Scheduler.Sections(settings)).Failures,
            Is.EqualTo(["Schedules:x:Keyspace is missing: make it one of Gateway:Keyspaces (db.a, db.b)."]));
        Assert.That(
            Scheduler.CreateReader("db.a", "db.b").Read(Scheduler.Sections([.. settings, ("x:Keyspace", "db.b")])).Single().Keyspace, Is.EqualTo("db.b"));
    });

    [TestCase(500)]
    [TestCase(501)]
    public void There_are_at_most_500_schedules(int count)
    {
        (string, string)[] settings = [.. Enumerable.Range(0, count).SelectMany(number => new[]
        {
            ($"s{number}:Cron", $"{number % 60} {number % 24} * * *"), ($"s{number}:TimeZone", "Europe/Berlin"), ($"s{number}:Document", Nightly),
        })];

        if (count > 500)
        {
            Assert.That(FindErrors(settings), Is.EqualTo(["Schedules has 501 sections: make it 500 or fewer."]));
        }
        else
        {
            Assert.That(Read(settings), Has.Count.EqualTo(500));
        }
    }

    private static IReadOnlyList<Schedule> Read(params (string Key, string Value)[] settings) =>
        [.. Scheduler.CreateReader().Read(Bind(Scheduler.Configuration(settings)))];

    private static IEnumerable<string> FindErrors(params (string Key, string Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Bind(Scheduler.Configuration(settings)))!.Failures;

    private static IEnumerable<string> FindErrors(string key, string value) =>
        Assert.Throws<OptionsValidationException>(() => Bind(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build()))!.Failures;

    private static NamedSections<ScheduleOptions> Bind(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddSingleton<IValidateOptions<NamedSections<ScheduleOptions>>>(Scheduler.CreateReader());
        services.AddNamedSections<ScheduleOptions>(ScheduleOptions.Section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<NamedSections<ScheduleOptions>>>().Value;
    }
}
