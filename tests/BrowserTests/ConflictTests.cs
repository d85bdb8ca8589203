using System.Net;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

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
        phone = await World.OpenAsync();
        tablet = await World.OpenAsync();
        await phone.AskAsync(4);
        await phone.ShowsAsync(1, "waiting");
        await tablet.ShowsAsync(1, "waiting");
        id = await phone.OnlyIdAsync();
        await phone.OfflineAsync();
    }

    [Test]
    public async Task An_edit_is_kept_and_gets_the_answer()
    {
        await NoteAsync(phone, "from the phone");
        await TheAnswerComesAsync();

        await phone.OfflineAsync(false);
        await phone.ShowsAsync(1, "done");
        await AllIsSettledAsync();
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
        await Assertions.Expect(phone.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    [Test]
    public async Task A_cancellation_comes_too_late_for_an_answer()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.ShowsAsync(1, "cancelled");
        await TheAnswerComesAsync();

        await phone.OfflineAsync(false);
        await phone.ShowsAsync(1, "done");
        await AllIsSettledAsync();
    }

    [Test]
    public async Task A_deletion_stands_and_reaches_the_other_device()
    {
        await phone.Button("Delete Person 4").ClickAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await TheAnswerComesAsync();

        await phone.OfflineAsync(false);
        await Assertions.Expect(tablet.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await AllIsSettledAsync();
        Assert.That((await World.Admin.GetAsync(id)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_new_request_is_done_once_more()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.ShowsAsync(1, "saved");
        await TheAnswerComesAsync();
        var before = World.SyncGateway.WritesOf(id);

        await phone.OfflineAsync(false);
        await phone.ShowsAsync(1, "done");
        await AllIsSettledAsync();
        Assert.That((int?)(await World.DocumentAsync(id))["asked"], Is.EqualTo(2));
        Assert.That(World.SyncGateway.WritesOf(id), Is.EqualTo(before + 2), "The new request, and its answer.");
    }

    [Test]
    public async Task An_edit_of_what_the_other_device_has_deleted_is_gone()
    {
        await NoteAsync(phone, "too late");
        await tablet.Button("Delete Person 4").ClickAsync();
        await Device.SaysOfAsync(tablet.Unsynced, "Everything is synced");

        await phone.OfflineAsync(false);
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await AllIsSettledAsync();
    }

    [Test]
    public async Task Edits_of_both_devices_end_as_one_and_a_conflict_does_not_hold_other_requests_up()
    {
        await NoteAsync(phone, "from the phone");
        await phone.AskAsync(1);
        await NoteAsync(tablet, "from the tablet");
        await Device.SaysOfAsync(tablet.Unsynced, "Everything is synced");
        await TheAnswerComesAsync();

        await phone.OfflineAsync(false);
        await phone.ShowsAsync(2, "done");
        await tablet.ShowsAsync(2, "done");
        await AllIsSettledAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await World.DocumentAsync(id))["note"] == "from the phone"), Is.True);
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    private static async Task NoteAsync(Device device, string note)
    {
        await device.Page.GetByLabel("Note for Person 4").FillAsync(note);
        await device.Page.Keyboard.PressAsync("Enter");
    }

    private async Task TheAnswerComesAsync()
    {
        World.Swapi.Faults = new();
        await tablet.ShowsAsync(1, "done");
    }

    private async Task AllIsSettledAsync()
    {
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");
        await Device.SaysOfAsync(tablet.Unsynced, "Everything is synced");
        await Device.SaysOfAsync(phone.Connection, "Online");
        Assert.That(phone.Problems.Concat(tablet.Problems), Is.Empty);
    }
}
