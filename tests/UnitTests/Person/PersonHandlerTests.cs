using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

public sealed class PersonHandlerTests
{
    [TestCase("{0}")]
    [TestCase("""{{"message":"ok","result":{{"properties":{0},"description":"A person","_id":"5f63","uid":"3","__v":2}}}}""")]
    public async Task The_requested_person_has_the_facts_of_SWAPI_unchanged_and_its_id(string form)
    {
        const string given = """{"name":"R2-D2","height":"96","mass":32.50,"films":["a","b"],"url":null}""";
        await using var swapi = await ScriptedHost.StartAsync(Answers.Json(200, string.Format(CultureInfo.InvariantCulture, form, given)));
        using var rig = PersonRig.Over(swapi);

        var person = (await rig.AskAsync(3)).Person();

        Assert.That(person.ToJsonString(), Is.EqualTo(given[..^1] + ""","id":3}"""));
        Assert.That(swapi.Asked, Is.EqualTo(["/api/people/3/"]));
    }

    [TestCase("password")]
    [TestCase("_attachments")]
    [TestCase("action")]
    [TestCase("id")]
    public async Task A_field_that_SWAPI_does_not_have_is_not_stored(string field)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Json(200, $$"""{"{{field}}":"secret","name":"R2-D2"}"""));
        using var rig = PersonRig.Over(swapi);

        Assert.That((await rig.AskAsync(3)).Person().ToJsonString(), Is.EqualTo("""{"name":"R2-D2","id":3}"""));
    }

    [TestCaseSource(nameof(NoFacts))]
    public async Task A_fact_that_is_too_long_or_of_another_kind_is_not_stored(string value)
    {
        var response = $$"""{"name":"R2-D2","films":{{value}},"mass":{{value}}}""";
        await using var swapi = await ScriptedHost.StartAsync(Answers.Json(200, response));
        using var rig = PersonRig.Over(swapi);

        Assert.That((await rig.AskAsync(3)).Person().ToJsonString(), Is.EqualTo("""{"name":"R2-D2","id":3}"""));
    }

    private static IEnumerable<string> NoFacts() =>
    [
        $"\"{new string('x', 201)}\"",
        new string('1', 201),
        $"[{string.Join(',', Enumerable.Repeat("\"x\"", 101))}]",
        $"[\"{new string('x', 201)}\"]",
        "[[]]",
        "[1]",
        "{}",
        "true",
    ];

    [Test]
    public async Task Changing_a_result_does_not_change_the_cache()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);
        var first = (await rig.AskAsync(3)).Person();

        first["name"] = "changed";

        Assert.That((string?)(await rig.AskAsync(3)).Person()["name"], Is.EqualTo("Person 3"));
    }

    [TestCase("\"4\"")]
    [TestCase("4.5")]
    [TestCase("1e-1")]
    [TestCase("2147483647.5")]
    [TestCase("1e99999999999")]
    [TestCase("1e-99999999999")]
    [TestCase("0")]
    [TestCase("-0")]
    [TestCase("-4")]
    [TestCase("2147483648")]
    [TestCase("1e400")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("true")]
    [TestCase("[4]")]
    [TestCase("{}")]
    public async Task An_invalid_personId_is_a_permanent_failure_without_a_fetch(string personId)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync($$"""{"personId":{{personId}}}""");

        Assert.That(
            result,
            Is.EqualTo(new ActionResult.PermanentFailure("invalid_person_id", "personId must be a whole number from 1 to 2147483647.")));
        Assert.That(swapi.Asked, Is.Empty);
    }

    [Test]
    public async Task A_personId_created_in_code_is_valid()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync(new JsonObject { ["personId"] = 4L }.ToJsonString());

        Assert.That((int?)result.Person()["id"], Is.EqualTo(4));
    }

    [TestCase("4.0")]
    [TestCase("4e0")]
    [TestCase("0.4E+1")]
    [TestCase("400e-2")]
    public async Task A_personId_may_be_written_in_every_way_that_JSON_has_for_a_whole_number(string personId)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync($$"""{"personId":{{personId}}}""");

        Assert.That((int?)result.Person()["id"], Is.EqualTo(4));
    }

    [TestCase(17)]
    [TestCase(int.MaxValue)]
    public async Task A_person_that_SWAPI_does_not_have_is_a_permanent_failure(int id)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync(id);

        Assert.That(result, Is.EqualTo(new ActionResult.PermanentFailure("person_not_found", $"There is no person {id} in SWAPI.")));
    }

    [TestCase("{}")]
    [TestCase("""{"personId":null}""")]
    public async Task Without_personId_every_worker_chooses_the_same_person(string inputs)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var one = PersonRig.Over(swapi);
        using var other = PersonRig.Over(swapi);

        var first = await one.AskAsync(inputs);
        var second = await other.AskAsync(inputs);

        Assert.That(first.Person().ToJsonString(), Is.EqualTo(second.Person().ToJsonString()));
    }

    [Test]
    public async Task A_missing_candidate_is_skipped_for_the_next_one()
    {
        string[] expected = [.. PersonChoice.Candidates("doc", "1-a", 83).Take(3).Select(id => $"/api/people/{id}/")];
        await using var swapi = await ScriptedHost.StartAsync();
        swapi.Answer = context => expected.Take(2).Contains(context.Request.Path.Value)
            ? Answers.Json(404, """{"detail":"Not found"}""")(context)
            : Answers.Swapi(context);
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync();

        Assert.That(swapi.Asked, Is.EqualTo([.. (string[])["/api/people/"], .. expected]));
        Assert.That($"/api/people/{(int?)result.Person()["id"]}/", Is.EqualTo(expected[2]));
    }

    [Test]
    public async Task Ten_missing_people_in_a_row_are_a_transient_failure()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Instance("""{"count":82}""", missing: _ => true));
        using var rig = PersonRig.Over(swapi);

        var result = await rig.AskAsync();

        Assert.That(result.Unavailable().Code, Is.EqualTo("swapi_unavailable"));
        Assert.That(swapi.Asked, Has.Count.EqualTo(11).And.Unique);
    }

    [TestCase("""{"count":2,"next":"http://swapi/api/people/?page=2","results":[{"name":"a"}]}""")]
    [TestCase("""[{"name":"a"},{"name":"b"}]""")]
    [TestCase("""{"message":"ok","total_records":2,"next":null,"results":[{"uid":"1","name":"a","url":"http://swapi/1"}]}""")]
    public async Task Every_form_of_the_list_gives_the_highest_number(string list)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Instance(list, missing: _ => false));
        using var rig = PersonRig.Over(swapi);
        var chosen = new HashSet<int>();

        for (var document = 0; document < 50; document++)
        {
            chosen.Add((int)(await rig.AskAsync(document: $"doc{document}")).Person()["id"]!);
        }

        Assert.That(chosen, Is.EquivalentTo([1, 2, 3]));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"count":0,"results":[]}""")]
    [TestCase("""{"count":"82"}""")]
    [TestCase("""{"count":8.5}""")]
    [TestCase("""{"message":"ok","total_records":0}""")]
    [TestCase("""{"message":"ok","total_records":"82"}""")]
    [TestCase("""{"count":2147483647}""")]
    [TestCase("82")]
    public async Task Without_a_valid_list_SWAPI_is_unavailable_for_requests_without_personId(string list)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Instance(list));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" });

        var result = await rig.AskAsync();

        Assert.That(
            result.Unavailable().Message,
            Is.EqualTo("The Star Wars archive cannot be reached at the moment. Please try again later."));
        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
    }
}
