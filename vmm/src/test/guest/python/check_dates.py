# behaviour: datetime, zoneinfo, calendar and time
import calendar, datetime as dt, time, zoneinfo
d = dt.datetime(2024, 2, 29, 13, 14, 15, 123456, tzinfo=dt.timezone.utc); print(d.isoformat(), d + dt.timedelta(days=366), d.strftime("%A %d %B %Y %j %U"), dt.datetime.fromisoformat("2023-01-02T03:04:05+02:00"), d.timestamp()); print(dt.datetime.strptime("12/31/99", "%m/%d/%y"), dt.date(2000, 1, 1).isocalendar(), calendar.month(2024, 2)); print(time.gmtime(1e9)[:6], time.strftime("%c", time.gmtime(0)))
a = time.monotonic(); time.sleep(0.01); b = time.monotonic(); print(b - a >= 0.01, time.perf_counter() > 0, time.process_time() >= 0, abs(time.time() - dt.datetime.now().timestamp()) < 1)
for z in ("UTC", "Europe/Berlin", "Asia/Tokyo"):
    try: print(z, d.astimezone(zoneinfo.ZoneInfo(z)))
    except zoneinfo.ZoneInfoNotFoundError: print(z, "not found")
