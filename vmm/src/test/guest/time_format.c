/* behaviour: strftime, mktime, gmtime and strptime compute dates
   linkages: static pie musl
   environment: TZ=UTC0 LC_ALL=C */
#include "guest.h"
#include <time.h>
int main(void) { char s[100]; long at[] = {0, 951782400, 1700000000, 4102444800, -86400}; for (int i = 0; i < 5; i++) { time_t t = at[i]; struct tm m; gmtime_r(&t, &m); strftime(s, 100, "%A %d %B %Y %H:%M:%S %j %U %p %y", &m); puts(s); localtime_r(&t, &m); V(mktime(&m)); } struct tm m = {0}; V(strptime("2024-02-29 13:14:15", "%Y-%m-%d %H:%M:%S", &m) != 0); V(timegm(&m)); setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1); tzset(); time_t t = 1720000000; localtime_r(&t, &m); strftime(s, 100, "%H:%M %Z %z", &m); puts(s); V(m.tm_isdst); printf("%s", asctime(&m)); return 0; }
