namespace Holdfast.Snippets;

internal static class Approvals
{
    #region approval
    // The program: started again after a kill, it waits on, or knows the answer.
    internal static Task ReleaseAsync(Workspace workspace) => workspace.RunAsync("release-42", async run =>
    {
        var approval = await run.WaitForApprovalAsync("ship", atMost: TimeSpan.FromDays(3));
        if (approval.IsApproved)
        {
            await run.StepAsync("upload", ct => UploadAsync(ct));
        }
    });

    // Whoever answers, e.g. behind a web page: in the same process or another one, also while the program is down.
    internal static async Task AnswerAsync(Workspace workspace, bool isGood, string comment)
    {
        try
        {
            await (isGood
                ? workspace.ApproveAsync("release-42", "ship", comment)
                : workspace.DenyAsync("release-42", "ship", comment));
        }
        catch (InvalidOperationException answered)
        {
            Console.WriteLine(answered.Message);
        }
    }
    #endregion

    private static Task UploadAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
}
