using System.Net;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Two devices have the same request. One changes it offline while the other receives the result.</summary>
public sealed class ConflictTests : PageTests
{
    private Device phone = null!;
    private Device tablet = null!;
    private string id = null!;

    [SetUp]
    public async Task BothDevicesWait()
    {
        Backend.Swapi.Faults.Hang = true;
        phone = await Backend.OpenAsync();
        tablet = await Backend.OpenAsync();
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "waiting");
        await tablet.ExpectCardsAsync(1, "waiting");
        id = await phone.GetOnlyIdAsync();
        await phone.SetOfflineAsync();
    }

    [Test]
    public async Task An_offline_edit_is_kept_and_gets_the_result()
    {
        await NoteAsync(phone, "from the phone");
        await DeliverResultAsync();

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "done");
        await ExpectEverythingSyncedAsync();
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
        await Assertions.Expect(phone.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    [Test]
    public async Task A_result_overrules_an_offline_cancellation()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "cancelled");
        await DeliverResultAsync();

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "done");
        await ExpectEverythingSyncedAsync();
    }

    [Test]
    public async Task A_deletion_wins_and_reaches_the_other_device()
    {
        await phone.Button("Delete Person 4").ClickAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await DeliverResultAsync();

        await phone.SetOfflineAsync(false);
        await Assertions.Expect(tablet.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        await ExpectEverythingSyncedAsync();
        Assert.That((await Backend.Admin.GetAsync(id)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_new_request_is_processed_again()
    {
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "saved");
        await DeliverResultAsync();
        var before = Backend.SyncGateway.WritesOf(id);

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "done");
        await ExpectEverythingSyncedAsync();
        Assert.That((int?)(await Backend.DocumentAsync(id))["asked"], Is.EqualTo(2));
        Assert.That(Backend.SyncGateway.WritesOf(id), Is.EqualTo(before + 2), "The new request and its result.");
    }

    [Test]
    public async Task An_edit_of_a_document_that_the_other_device_deleted_is_discarded()
    {
        await NoteAsync(phone, "too late");
        await tablet.Button("Delete Person 4").ClickAsync();
        await Device.ExpectTextAsync(tablet.Unsynced, "Everything is synced");

        await phone.SetOfflineAsync(false);
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await ExpectEverythingSyncedAsync();
    }

    [Test]
    public async Task Edits_of_both_devices_are_merged_and_a_conflict_does_not_block_other_requests()
    {
        await NoteAsync(phone, "from the phone");
        await phone.AskAsync(1);
        await NoteAsync(tablet, "from the tablet");
        await Device.ExpectTextAsync(tablet.Unsynced, "Everything is synced");
        await DeliverResultAsync();

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(2, "done");
        await tablet.ExpectCardsAsync(2, "done");
        await ExpectEverythingSyncedAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await Backend.DocumentAsync(id))["note"] == "from the phone"), Is.True);
        await Assertions.Expect(tablet.Page.GetByLabel("Note for Darth Vader")).ToHaveValueAsync("from the phone");
    }

    private static async Task NoteAsync(Device device, string note)
    {
        await device.Page.GetByLabel("Note for Person 4").FillAsync(note);
        await device.Page.Keyboard.PressAsync("Enter");
    }

    private async Task DeliverResultAsync()
    {
        Backend.Swapi.Faults = new();
        await tablet.ExpectCardsAsync(1, "done");
    }

    private async Task ExpectEverythingSyncedAsync()
    {
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await Device.ExpectTextAsync(tablet.Unsynced, "Everything is synced");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        Assert.That(phone.Problems.Concat(tablet.Problems), Is.Empty);
    }
}
