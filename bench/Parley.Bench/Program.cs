Console.WriteLine("Parley.Bench");
