using System.Globalization;
using Holdfast;
using Holdfast.Resilience;
using OrderProcessing;

// Takes orders from payment to parcel. Kill it whenever you like (kill -9), and start it again: each order is paid once
// and sent once, and nothing that was done is done again.
//
//   dotnet run --project samples/OrderProcessing -- FOLDER [ORDERS]
var folder = args.Length > 0 ? args[0] : "orders";
var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
var shop = new Shop(folder);
var orders = Enumerable.Range(1, count).Select(number => new Order($"order-{number}", number * 100)).ToArray();

await using var workspace = await Workspace.OpenAsync(
    Path.Combine(folder, ".holdfast"), WorkspaceOptions.With(OrderJson.Default));
var result = await workspace.RunAsync("orders-of-today", async run =>
{
    var total = 0;
    await run.ForEachAsync("order", orders, order => order.Id, async (scope, order, token) =>
    {
        // May simply be done again: the same goods are set aside for the same order.
        await scope.StepAsync("reserve", ct => shop.ReserveAsync(order, ct));

        // The bank knows a repetition by its key, so a payment that nobody saw end is asked for again.
        var receipt = await scope.StepAsync(
            "pay", (step, ct) => shop.PayAsync(order, step.IdempotencyKey, ct),
            new() { Effect = Effect.Keyed, Timeout = TimeSpan.FromSeconds(10) });

        // A parcel has no key, but the carrier can be asked whether it has one for this order.
        await scope.StepAsync(
            "ship", ct => shop.ShipAsync(order, ct),
            new() { Effect = Effect.Reconcile, Reconcile = (_, _) => Task.FromResult(shop.AskCarrier(order)) });
        await scope.StepAsync("tell", ct => shop.TellAsync(order, receipt, ct));
        Interlocked.Add(ref total, order.Cents);
    }, maxParallel: 4);
    return total;
});
Console.WriteLine($"{orders.Length} orders of {result.Value} cents are paid and sent");
return 0;
