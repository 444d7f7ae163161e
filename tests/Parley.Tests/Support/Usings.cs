// What every test may use without saying so.
global using Parley.Tests.Support;
