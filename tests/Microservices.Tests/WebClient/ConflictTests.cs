using System.Net;
using Microsoft.Playwright;

namespace Microservices.Tests.WebClient;

/// <summary>Two devices have the same request; one changes it without a network while the answer comes to the other.</summary>
public sealed class ConflictTests : PageTests
{
    private Device phone = null!;
    private Device tablet = null!;
    private string id = null!;

    [SetUp]
    public async Task Both_wait_for_the_same_answer()
    {
        World.Swapi.Faults.Hang = true;
        phone = await World.Open();
        tablet = await World.Open();
        await phone.Ask(4);
        await phone.Shows(1, "waiting");
        await tablet.Shows(1, "waiting");
        id = await phone.OnlyId();
        await phone.Offline();
    }

    [Test]
    public async Task An_edit_is_kept_and_gets_the_answer()
    {
        await Note(phone, "from the phone");
        await TheAnswerComes();

        await phone.Offline(false);
        await phone.Shows(1, "done");
        await AllIsSettled();
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
        await Assertions.Expect(phone.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    [Test]
    public async Task A_cancellation_comes_too_late_for_an_answer()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.Shows(1, "cancelled");
        await TheAnswerComes();

        await phone.Offline(false);
        await phone.Shows(1, "done");
        await AllIsSettled();
    }

    [Test]
    public async Task A_deletion_stands_and_reaches_the_other_device()
    {
        await phone.Button("Delete Person 4").ClickAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await TheAnswerComes();

        await phone.Offline(false);
        await Assertions.Expect(tablet.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await AllIsSettled();
        Assert.That((await World.Admin.GetAsync(id)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_new_request_is_done_once_more()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.Shows(1, "saved");
        await TheAnswerComes();
        var before = World.SyncGateway.WritesOf(id);

        await phone.Offline(false);
        await phone.Shows(1, "done");
        await AllIsSettled();
        Assert.That((int?)(await World.Document(id))["asked"], Is.EqualTo(2));
        Assert.That(World.SyncGateway.WritesOf(id), Is.EqualTo(before + 2), "The new request, and its answer.");
    }

    [Test]
    public async Task An_edit_of_what_the_other_device_has_deleted_is_gone()
    {
        await Note(phone, "too late");
        await tablet.Button("Delete Person 4").ClickAsync();
        await Device.SaysOf(tablet.Unsynced, "Everything is synced");

        await phone.Offline(false);
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await AllIsSettled();
    }

    [Test]
    public async Task Edits_of_both_devices_end_as_one_and_a_conflict_does_not_hold_other_requests_up()
    {
        await Note(phone, "from the phone");
        await phone.Ask(1);
        await Note(tablet, "from the tablet");
        await Device.SaysOf(tablet.Unsynced, "Everything is synced");
        await TheAnswerComes();

        await phone.Offline(false);
        await phone.Shows(2, "done");
        await tablet.Shows(2, "done");
        await AllIsSettled();
        Assert.That(await Dev.Eventually.Is(async () => (string?)(await World.Document(id))["note"] == "from the phone"), Is.True);
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    private static async Task Note(Device device, string note)
    {
        await device.Page.GetByLabel("Note for Person 4").FillAsync(note);
        await device.Page.Keyboard.PressAsync("Enter");
    }

    private async Task TheAnswerComes()
    {
        World.Swapi.Faults = new();
        await tablet.Shows(1, "done");
    }

    private async Task AllIsSettled()
    {
        await Device.SaysOf(phone.Unsynced, "Everything is synced");
        await Device.SaysOf(tablet.Unsynced, "Everything is synced");
        await Device.SaysOf(phone.Connection, "Online");
        Assert.That(phone.Problems.Concat(tablet.Problems), Is.Empty);
    }
}
